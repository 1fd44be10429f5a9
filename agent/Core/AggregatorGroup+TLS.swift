package import Access
package import OS
import TLS

extension AggregatorGroup.Place {
    /// An aggregator behind TLS that is shown this token.
    ///
    /// Known by the key that the token pins; an administrator's own certificate by its name and by the
    /// authorities of `authority`, or the system's.
    package init(secured address: SocketAddress, by token: AccessToken, _ authority: String?)
        throws(AgentError)
    {
        let name = Self.name(of: address)
        let trust: TLSTrust =
            if let authority {
                .file(authority, name: name)
            } else if let pin = token.pin {
                .pinned(publicKeySHA256: pin, name: token.checksName ? name : nil)
            } else {
                .system(name: name)
            }
        do throws(TLSError) {
            let context = try TLSClientContext(trust)
            self.init(
                address: address, connector: TLSConnector(SocketConnector(address), context),
                credential: token.credential.text)
        } catch {
            throw AgentError(sentence: "\(error)")
        }
    }

    /// What a certificate has to name.
    private static func name(of address: SocketAddress) -> String {
        switch address {
        case .host(let name, _): name
        case .ip(let address, _): "\(address)"
        case .every, .unix: "localhost"
        }
    }
}

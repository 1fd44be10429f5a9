import Access
import Inventory
import OS
import Settings
import TLS

/// One way to an aggregator: where it is, by what it is known, and who asks.
package struct Endpoint: Sendable {
    /// Where it is.
    package let place: Place
    /// Nil on a Unix socket, and where no token was given.
    let credential: Credential?
    /// Nil where there is no TLS.
    let trust: TLSTrust?

    /// A way without a token, as through a Unix socket.
    package init(_ place: Place) {
        self.place = place
        credential = nil
        trust = place.isSecure ? .system(name: place.name) : nil
    }

    init(_ place: Place, _ token: AccessToken?, authorityFile: String?) {
        self.place = place
        // Only over TLS: on the way a token would be anybody's.
        credential = place.isSecure ? token?.credential : nil
        if !place.isSecure {
            trust = nil
        } else if let authorityFile {
            trust = .file(authorityFile, name: place.name)
        } else if let token, let pin = token.pin {
            trust = .pinned(publicKeySHA256: pin, name: token.checksName ? place.name : nil)
        } else {
            trust = .system(name: place.name)
        }
    }

    /// What makes connections.
    func connector(
        _ plain: (SocketAddress) -> any Connector
    ) throws(Failure) -> any Connector {
        guard let trust else { return plain(place.address) }
        do throws(TLSError) {
            return TLSConnector(
                plain(place.address), try TLSClientContext(trust), peer: "the server at \(place.authority)")
        } catch {
            throw Failure(.usage, error.sentence)
        }
    }
}

/// The tokens of a file, as far as they are for this program.
struct APITokens {
    private let tokens: [AccessToken]

    /// Reads a file of tokens.
    ///
    /// - Throws: Exit code 4: without a token that can be used nothing is allowed.
    init(file path: String) throws(Failure) {
        let all: [AccessToken]
        do throws(AccessError) {
            all = try TokenFile.read(path)
        } catch {
            throw Failure(.notAllowed, error.sentence)
        }
        tokens = all.filter { if case .scope = $0.subject { true } else { false } }
        guard tokens.isEmpty else { return }
        let host =
            all.compactMap { token -> String? in
                if case .host(let host) = token.subject { host.rawValue } else { nil }
            }.first ?? ""
        throw Failure(
            .notAllowed,
            "\(path) holds a token for the agent of host \(host), and this program needs one for the API. Create one on "
                + "the aggregator's machine with `bayplan token create --scope read`.")
    }

    /// All ways to the aggregators that the tokens name, in order.
    func endpoints(authorityFile: String?) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        for token in tokens {
            for address in token.addresses {
                guard let place = Place("https://\(address)") else { continue }
                endpoints.append(Endpoint(place, token, authorityFile: authorityFile))
            }
        }
        return endpoints
    }

    /// The token for a place: the one that names its address, or else the first.
    func token(for place: Place) -> AccessToken? {
        tokens.first { $0.addresses.contains(place.address.description) } ?? tokens.first
    }
}

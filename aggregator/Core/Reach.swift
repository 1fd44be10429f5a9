package import OS
package import Settings

/// The names and addresses under which clients reach this aggregator (setting `advertise`).
package struct Reach: Hashable, Sendable {
    /// Names and addresses, IPv6 without brackets, the best first.
    package let names: [String]

    /// As many as a token and a certificate should carry.
    private static let most = 8

    /// What the administrator says, or else this machine's name and its addresses.
    package init(
        _ settings: Configuration, hostName: @autoclosure () -> String = ThisProcess.hostName,
        addresses: @autoclosure () -> [IPAddress] = ThisProcess.networkAddresses
    ) {
        let said = settings[AggregatorSettings.advertise]
        guard said.isEmpty else {
            names = said
            return
        }
        let own = [hostName()] + addresses().map(\.description)
        names = Array(own.filter(Self.isName).prefix(Self.most))
    }

    /// Where clients reach doors, as `HOST:PORT`: each name for one that is open everywhere, its own address else.
    ///
    /// A door that only this machine reaches comes last.
    package func addresses(of doors: [SocketAddress]) -> [String] {
        var reachable: [String] = []
        var local: [String] = []
        for door in doors {
            switch door {
            case .every(let port): reachable += names.map { Self.text($0, port) }
            case .ip where door.isLocal: local.append(door.description)
            case .ip, .host: reachable.append(door.description)
            case .unix: break
            }
        }
        var all: [String] = []
        for address in reachable + local where !all.contains(address) { all.append(address) }
        return all
    }

    /// What the server's own certificate must be for: these names, this machine's loopback, and the doors' addresses.
    package func certificateNames(doors: [SocketAddress]) -> [String] {
        var all: [String] = []
        let fixed = doors.compactMap { door -> String? in
            if case .ip(let address, _) = door { address.description } else { nil }
        }
        for name in names + fixed + ["localhost", "127.0.0.1", "::1"] where !all.contains(name) {
            all.append(name)
        }
        return all
    }

    /// What may stand in a request's `Host` header.
    package var authorities: [String] {
        names.map { IPAddress($0)?.bracketed ?? $0 }
    }

    private static func text(_ name: String, _ port: UInt16) -> String {
        "\(IPAddress(name)?.bracketed ?? name):\(port)"
    }

    /// Whether a text names a host: a DNS name, or an address without brackets.
    package static func isName(_ text: String) -> Bool {
        if IPAddress(text) != nil { return true }
        guard let address = try? SocketAddress("\(text):1"), case .host = address else { return false }
        return !text.hasPrefix("[")
    }
}

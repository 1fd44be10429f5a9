import OS

/// The names that a `Host` header may hold, so that no web page can make its own name mean this server.
struct HostAllowList: Sendable {
    private let names: Set<String>

    init(names: [String], addresses: [SocketAddress]) {
        var all: Set<String> = ["localhost", "127.0.0.1", "[::1]"]
        for name in names { all.insert(Self.normal(name)) }
        for address in addresses {
            guard case .ip(let ip, _) = address else { continue }
            all.insert(ip.isVersion6 ? "[\(ip)]" : "\(ip)")
        }
        self.names = all
    }

    /// Refuses a host that is not on the list; a missing one (HTTP/1.0) is no browser's.
    func check(_ authority: String?) throws(Refusal) {
        guard let authority else { return }
        guard let name = Self.name(of: authority) else {
            throw Refusal(400, "the Host header is a name and a port")
        }
        guard names.contains(Self.normal(name)) else {
            throw Refusal(
                421, "the Host header holds a name this server was not told of: add it to the allowed hosts")
        }
    }

    /// The authority without its port; nil when it is malformed.
    private static func name(of authority: String) -> Substring? {
        let end: String.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            end = authority.index(after: bracket)
        } else {
            end = authority.firstIndex(of: ":") ?? authority.endIndex
        }
        let port = authority[end...]
        guard
            port.isEmpty
                || (port.hasPrefix(":") && port.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) })
        else { return nil }
        let name = authority[..<end]
        let isPlain = name.utf8.allSatisfy { byte in
            byte.isTokenByte || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
                || byte == UInt8(ascii: ":")
        }
        return isPlain ? name : nil
    }

    private static func normal(_ name: some StringProtocol) -> String {
        let small = name.lowercased()
        return small.hasSuffix(".") ? String(small.dropLast()) : small
    }
}

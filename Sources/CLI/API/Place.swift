package import OS

/// Where an aggregator's HTTP API is.
package struct Place: Sendable, Hashable {
    /// What to connect to.
    package let address: SocketAddress

    /// What stands in the `Host` header (RFC 9110, 7.2).
    package let authority: String

    /// Whether it is spoken to over TLS.
    package let isSecure: Bool

    /// Reads `unix:///path`, `https://host[:port][/]` or the same with `http`; nil if it is neither.
    package init?(_ url: String) {
        if url.hasPrefix("unix://") {
            guard let address = try? SocketAddress(url) else { return nil }
            self.init(address, "localhost", isSecure: false)
        } else if url.hasPrefix("https://") {
            self.init(url.dropFirst(8), port: 443, isSecure: true)
        } else if url.hasPrefix("http://") {
            self.init(url.dropFirst(7), port: 80, isSecure: false)
        } else {
            return nil
        }
    }

    private init?(_ text: Substring, port: UInt16, isSecure: Bool) {
        let rest = text.last == "/" ? text.dropLast() : text
        let hasPort = rest.last != "]" && rest.contains(":")
        guard !rest.isEmpty, rest.first != ":", !rest.contains("/"),
            let address = try? SocketAddress(hasPort ? String(rest) : "\(rest):\(port)")
        else { return nil }
        self.init(address, String(rest), isSecure: isSecure)
    }

    private init(_ address: SocketAddress, _ authority: String, isSecure: Bool) {
        self.address = address
        self.authority = authority
        self.isSecure = isSecure
    }

    /// The name or address that a certificate must be for; IPv6 without its brackets.
    package var name: String {
        switch address {
        case .ip(let ip, _): ip.description
        case .host(let name, _): name
        case .every, .unix: "localhost"
        }
    }
}

extension Place: CustomStringConvertible {
    /// The address as messages show it.
    package var description: String {
        address.port == nil ? address.description : "\(isSecure ? "https" : "http")://\(authority)"
    }
}

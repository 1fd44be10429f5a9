package import OS

/// Where an aggregator's HTTP API is.
package struct Place: Sendable, Hashable {
    /// What to connect to.
    package let address: SocketAddress

    /// What stands in the `Host` header (RFC 9110, 7.2).
    package let authority: String

    /// Reads `unix:///path` or `http://host[:port][/]`; nil if it is neither.
    package init?(_ url: String) {
        if url.hasPrefix("unix://") {
            guard let address = try? SocketAddress(url) else { return nil }
            self.address = address
            authority = "localhost"
        } else if url.hasPrefix("http://") {
            var rest = url.dropFirst(7)
            if rest.last == "/" { rest = rest.dropLast() }
            let hasPort = rest.last != "]" && rest.contains(":")
            guard !rest.isEmpty, rest.first != ":", !rest.contains("/"),
                let address = try? SocketAddress(hasPort ? String(rest) : "\(rest):80")
            else { return nil }
            self.address = address
            authority = String(rest)
        } else {
            return nil
        }
    }
}

extension Place: CustomStringConvertible {
    /// The address as messages show it.
    package var description: String { address.port == nil ? address.description : "http://\(authority)" }
}

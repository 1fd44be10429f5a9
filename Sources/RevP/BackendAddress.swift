/// Where a label says that its backend is: an IP address that a proxy can use, or a host name.
package enum BackendAddress: Hashable, Sendable {
    case ip(IPText)
    /// A name of the internet or of a Docker network, which may have underscores; small letters.
    case host(HostText)

    /// A host name that a backend may have.
    package struct HostText: Hashable, Sendable {
        /// Parts of `[a-z0-9_-]` with dots between them, at most 253 bytes, never a number alone.
        package let text: String

        fileprivate init?(_ text: String) {
            var name = text.lowercasedASCII()
            if name.utf8.count > 1, name.utf8.last == 0x2E { name.removeLast() }
            let parts = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
            guard name.utf8.count <= 253, let last = parts.last, !last.allSatisfy(\.isDigit),
                !(last.starts(with: "0x".utf8) && last.dropFirst(2).allSatisfy { $0.hexadecimal != nil }),
                parts.allSatisfy({ part in
                    (1...63).contains(part.count) && part.first?.isLowerOrDigit == true
                        && part.last?.isLowerOrDigit == true
                        && part.allSatisfy { $0.isLowerOrDigit || $0 == 0x2D || $0 == 0x5F }
                })
            else { return nil }
            self.text = name
        }
    }

    static func read(_ text: String) throws(ValueError) -> BackendAddress {
        if let ip = IPText(text) {
            guard !ip.isLinkLocal else {
                throw ValueError(
                    .badAddress, "A link-local address works on one wire only.",
                    "Write an address that the proxy can reach.")
            }
            guard !ip.isNoMachine else {
                throw ValueError(
                    .badAddress, "This address is no machine's own.", "Write the address of the backend.")
            }
            return .ip(ip)
        }
        guard let host = HostText(text) else {
            throw ValueError(
                .badAddress, "This is neither an IP address nor a host name.",
                "Write the address alone, such as 192.0.2.7; a port has a property of its own.")
        }
        return .host(host)
    }
}

extension BackendAddress: CustomStringConvertible {
    /// The address without brackets.
    package var description: String {
        switch self {
        case .ip(let ip): ip.text
        case .host(let host): host.text
        }
    }
}

/// Where a socket listens or connects to, as a user writes it and as messages show it.
package enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// A numeric address and port: `127.0.0.1:4680`, `[::1]:4680`.
    case ip(IPAddress, port: UInt16)
    /// Every address of this machine, version 4 and 6: `:4681`; to connect to, this machine itself.
    case every(port: UInt16)
    /// A name that is looked up when it is used: `node1.example:4680`.
    case host(String, port: UInt16)
    /// A socket file: `unix:///run/bayplan/api.sock`; a leading `@` names an abstract socket (unix(7)).
    case unix(String)

    /// The longest path that fits into an address (unix(7)).
    package static let longestUnixPath = 107

    /// Reads an address in one of the four spellings.
    ///
    /// - Throws: A sentence that quotes the text, says what is wrong and shows the right form.
    package init(_ text: String) throws(AddressError) {
        guard text.utf8.count <= 512,
            !text.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value == 0x7f })
        else { throw AddressError(text, "has blanks or control characters, or is too long") }
        if text.hasPrefix("unix:") {
            self = try Self.unix(in: text)
            return
        }
        if text.contains("://") {
            throw AddressError(text, "starts with a scheme other than unix://")
        }
        guard let colon = text.lastIndex(of: ":") else {
            throw AddressError(text, "has no port")
        }
        let name = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits)
        else { throw AddressError(text, "has a port that is not a number from 0 to 65535") }
        if name.isEmpty {
            self = .every(port: port)
        } else if name.hasPrefix("["), name.hasSuffix("]") {
            let inner = String(name.dropFirst().dropLast())
            if let address = IPAddress(inner), inner.contains(":") {
                self = .ip(address, port: port)
            } else if inner.contains("%"), inner.contains(":") {
                self = .host(inner, port: port)
            } else {
                throw AddressError(text, "has something in brackets that is not an IPv6 address")
            }
        } else if name.contains(":") {
            throw AddressError(text, "has an IPv6 address without brackets")
        } else if let address = IPAddress(String(name)) {
            self = .ip(address, port: port)
        } else {
            guard Self.isHostName(name) else {
                throw AddressError(text, "has a host name with characters that no host name has")
            }
            self = .host(String(name), port: port)
        }
    }

    /// The port, or nil for a socket file.
    package var port: UInt16? {
        switch self {
        case .ip(_, let port): port
        case .every(let port): port
        case .host(_, let port): port
        case .unix: nil
        }
    }

    /// Whether only this machine can reach it; false for a name, which may mean anything.
    package var isLocal: Bool {
        switch self {
        case .ip(let address, _): address.isLoopback
        case .every: false
        case .host: false
        case .unix: true
        }
    }

    /// The spelling that `init` reads.
    package var description: String {
        switch self {
        case .ip(let address, let port): address.isVersion6 ? "[\(address)]:\(port)" : "\(address):\(port)"
        case .every(let port): ":\(port)"
        case .host(let name, let port): name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
        case .unix(let path): "unix://\(path)"
        }
    }

    private static func unix(in text: String) throws(AddressError) -> SocketAddress {
        let path = String(text.dropFirst(text.hasPrefix("unix://") ? 7 : 5))
        guard path.hasPrefix("/") || path.hasPrefix("@"), path.utf8.count > 1 else {
            throw AddressError(text, "does not name an absolute path")
        }
        guard path.utf8.count <= longestUnixPath else {
            throw AddressError(
                text,
                "has a path of \(path.utf8.count) bytes, and a socket's path has at most \(longestUnixPath)")
        }
        return .unix(path)
    }

    private static func isHostName(_ name: Substring) -> Bool {
        name.utf8.count <= 253
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}

/// Why a text is not a socket address.
package struct AddressError: Error, Hashable, CustomStringConvertible {
    /// What is wrong and what the right form looks like.
    package let sentence: String

    init(_ text: String, _ problem: String) {
        let quoted = String(text.prefix(200).unicodeScalars.map { $0.value < 0x20 ? "?" : Character($0) })
        sentence = """
            "\(quoted)" \(problem); write an address as 127.0.0.1:4680, [::1]:4680, :4680 (every address), \
            name:4680 or unix:///path.
            """
    }

    /// The sentence.
    package var description: String { sentence }
}

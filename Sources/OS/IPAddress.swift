internal import Glibc

/// A numeric address of the internet protocol, version 4 or 6.
package struct IPAddress: Hashable, Sendable, LosslessStringConvertible {
    /// Four or sixteen bytes in network order.
    package let bytes: [UInt8]

    /// Takes bytes in network order; an IPv4 address inside IPv6 (`::ffff:a.b.c.d`) becomes the IPv4 address.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16:
            let mapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
            self.bytes = mapped ? Array(bytes[12...]) : bytes
        default: return nil
        }
    }

    /// Reads `127.0.0.1` or `::1`, without brackets and without a zone (inet_pton(3)).
    package init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        let isSix = text.utf8.contains(UInt8(ascii: ":"))
        var bytes = [UInt8](repeating: 0, count: isSix ? 16 : 4)
        guard unsafe inet_pton(isSix ? AF_INET6 : AF_INET, text, &bytes) == 1 else { return nil }
        self.init(bytes: bytes)
    }

    static let everyFour = IPAddress(exactly: [UInt8](repeating: 0, count: 4))
    static let everySix = IPAddress(exactly: [UInt8](repeating: 0, count: 16))

    private init(exactly bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether it has sixteen bytes.
    package var isVersion6: Bool { bytes.count == 16 }

    /// Whether only this machine can use it: `127.0.0.0/8` or `::1`.
    package var isLoopback: Bool {
        isVersion6 ? bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1 : bytes[0] == 127
    }

    /// The shortest usual text: `10.0.0.7`, `fe80::1` (inet_ntop(3)).
    package var description: String {
        var text = [CChar](repeating: 0, count: 64)
        guard unsafe inet_ntop(isVersion6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count)) != nil
        else {
            return "?"
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

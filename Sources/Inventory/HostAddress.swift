/// An address of a host that a port is bound to, as the Engine writes it (requirement H9).
///
/// The two families are apart: `0.0.0.0` is every IPv4 address and no IPv6 one, `::` the other way round. An empty
/// text is every address of both, as in `docker run -p 80:80`.
package enum HostAddress: Hashable, Sendable {
    /// Every address of both families.
    case any
    /// 0 is every IPv4 address.
    case ipv4(UInt32)
    /// Zeros are every IPv6 address.
    case ipv6(UInt64, UInt64)
    /// Something that is no address; overlaps only with itself.
    case other(String)

    /// Reads what the Engine wrote; an IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`) counts as the former.
    package init(_ text: String) {
        let bytes = Array(text.utf8)
        if bytes.isEmpty {
            self = .any
        } else if let address = Self.ipv4(bytes[...]) {
            self = .ipv4(address)
        } else if let (high, low) = Self.ipv6(bytes) {
            self =
                high == 0 && low >> 32 == 0xFFFF ? .ipv4(UInt32(truncatingIfNeeded: low)) : .ipv6(high, low)
        } else {
            self = .other(text)
        }
    }

    /// Whether a port can't be bound at both: they are the same, or one of them is every address of that family.
    package func overlaps(_ other: HostAddress) -> Bool {
        switch (self, other) {
        case (.any, _), (_, .any): true
        case (.ipv4(let one), .ipv4(let two)): one == two || one == 0 || two == 0
        case (.ipv6(let one, let low), .ipv6(let two, let otherLow)):
            (one, low) == (two, otherLow) || (one, low) == (0, 0) || (two, otherLow) == (0, 0)
        default: self == other
        }
    }

    private static func ipv4(_ text: ArraySlice<UInt8>) -> UInt32? {
        var address: UInt32 = 0
        let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            let number = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
            guard number < 256 else { return nil }
            address = address << 8 | number
        }
        return address
    }

    /// Eight groups, of which `::` leaves out some zeros; the last two may be an IPv4 address (RFC 4291, section 2.2).
    private static func ipv6(_ text: [UInt8]) -> (UInt64, UInt64)? {
        // A zone (`fe80::1%eth0`) names an interface, not another address.
        let text = text.prefix { $0 != 0x25 }
        var before: [UInt16] = []
        var after: [UInt16]?
        var rest = text
        if rest.starts(with: [0x3A, 0x3A]) {
            after = []
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != 0x3A }
            rest = rest.dropFirst(group.count)
            var words: [UInt16]
            if group.contains(0x2E) {
                guard rest.isEmpty, let address = ipv4(group) else { return nil }
                words = [UInt16(truncatingIfNeeded: address >> 16), UInt16(truncatingIfNeeded: address)]
            } else {
                guard (1...4).contains(group.count), let word = hexadecimal(group) else { return nil }
                words = [word]
            }
            if after == nil { before += words } else { after?.append(contentsOf: words) }
            guard before.count + (after?.count ?? 0) <= 8 else { return nil }
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == 0x3A {
                guard after == nil else { return nil }
                after = []
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let count = before.count + (after?.count ?? 0)
        guard after == nil ? count == 8 : count < 8 else { return nil }
        let groups = before + Array(repeating: 0, count: 8 - count) + (after ?? [])
        return (joined(groups[..<4]), joined(groups[4...]))
    }

    private static func joined(_ groups: ArraySlice<UInt16>) -> UInt64 {
        groups.reduce(0) { $0 << 16 | UInt64($1) }
    }

    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> UInt16? {
        var number: UInt16 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: return nil
            }
            number = number << 4 | UInt16(digit)
        }
        return number
    }
}

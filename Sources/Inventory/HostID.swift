/// A host's name in the fleet: `[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}`, chosen by its administrator, unique in a fleet.
package struct HostID: Hashable, Sendable {
    package let rawValue: String

    /// Checks the grammar; nil when it does not hold.
    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), let first = bytes.first, Self.isAlphanumeric(first),
            bytes.allSatisfy({ Self.isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D })
        else { return nil }
        rawValue = String(text)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

extension HostID: Comparable, CustomStringConvertible {
    package static func < (one: HostID, other: HostID) -> Bool { one.rawValue < other.rawValue }
    package var description: String { rawValue }
}

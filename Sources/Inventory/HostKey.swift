/// A host's number in this aggregator: short, never given twice, kept when the host is renamed.
///
/// Given by whoever registers hosts; the database and the fleet in memory both refer to a host by it.
package struct HostKey: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

extension HostKey: Comparable, CustomStringConvertible {
    package static func < (one: HostKey, other: HostKey) -> Bool { one.rawValue < other.rawValue }
    package var description: String { String(rawValue) }
}

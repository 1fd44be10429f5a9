/// A TCP port from 1 to 65535.
package struct PortNumber: Hashable, Sendable {
    /// Never 0.
    package let rawValue: UInt16

    /// Reads decimal digits without a sign or leading zeros; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let digits = text.utf8
        guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"), digits.allSatisfy(\.isDigit)
        else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard let port = UInt16(exactly: number) else { return nil }
        rawValue = port
    }

    /// What a service listens on whose labels name no port.
    static let standard = PortNumber(unchecked: 80)

    private init(unchecked number: UInt16) { rawValue = number }

    static func read(_ text: String) throws(ValueError) -> PortNumber {
        if let port = PortNumber(text) { return port }
        let isProtocol = text.utf8.contains(UInt8(ascii: "/"))
        throw ValueError(
            .badPort,
            isProtocol
                ? "A port is a number alone; only TCP ports can be routed."
                : "A port is a number from 1 to 65535 without a sign or leading zeros.",
            "Write the port that the container listens on, such as 8080.")
    }
}

extension PortNumber: Comparable, CustomStringConvertible {
    package static func < (one: PortNumber, other: PortNumber) -> Bool { one.rawValue < other.rawValue }
    package var description: String { "\(rawValue)" }
}

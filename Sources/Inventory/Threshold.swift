/// A filter that compares a number: `cpu>80`, `memory>=90`, `restarts<5` (requirement B8).
package struct Threshold: Hashable, Sendable {
    /// What is compared.
    package enum Key: String, Hashable, Sendable, CaseIterable {
        /// Percent of one CPU in the last sample, as `docker stats` shows it.
        case cpu
        /// Percent of the memory that the container may use, in the last sample.
        case memory
        /// How often the Engine has restarted it.
        case restarts
    }

    /// How it is compared.
    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        case above = ">"
        case atLeast = ">="
        case below = "<"
        case atMost = "<="
        case exactly = "="
    }

    package let key: Key
    package let comparison: Comparison
    /// In ten-thousandths of what was written.
    package let value: Int64

    /// What a number is multiplied by to be compared: four decimals.
    package static let scale: Int64 = 10_000
    /// The largest number that can be given.
    private static let largest: Int64 = 1_000_000_000_000

    /// Reads what stands behind the key: `>80`, `>= 12.5`, `<90%`, or a bare number for equality.
    ///
    /// - Throws: What can be written.
    package init(_ key: Key, _ text: String) throws(FilterError) {
        let rest = text.drop { $0 == "<" || $0 == ">" || $0 == "=" }
        let mark = String(text.utf8.prefix(text.utf8.count - rest.utf8.count)) ?? ""
        guard let comparison = mark.isEmpty ? .exactly : Comparison(rawValue: mark),
            let value = Self.number(rest, isWhole: key == .restarts)
        else {
            let unit = key == .restarts ? "a whole number" : "percent, such as 80 or 12.5"
            throw FilterError(
                "the filter \(key.rawValue)\(mark.isEmpty ? "=" : "")\(text) is not understood: behind "
                    + "\(key.rawValue) stands >, >=, <, <= or = and \(unit)")
        }
        self.key = key
        self.comparison = comparison
        self.value = value
    }

    /// Whether a number fits, given in ten-thousandths.
    package func holds(_ number: Int64) -> Bool {
        switch comparison {
        case .above: number > value
        case .atLeast: number >= value
        case .below: number < value
        case .atMost: number <= value
        case .exactly: number == value
        }
    }

    /// Whether a whole number fits.
    package func holds(whole number: Int64) -> Bool {
        let (scaled, isTooLarge) = number.multipliedReportingOverflow(by: Self.scale)
        return holds(isTooLarge ? (number < 0 ? .min : .max) : scaled)
    }

    /// A decimal number in ten-thousandths; nil unless it has digits and at most four decimals.
    private static func number(_ text: Substring, isWhole: Bool) -> Int64? {
        var text = text.drop { $0 == " " }
        if !isWhole, text.last == "%" { text.removeLast() }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = digits(parts[0]), whole <= largest else { return nil }
        guard parts.count == 2 else { return whole * scale }
        guard !isWhole, (1...4).contains(parts[1].utf8.count), let decimals = digits(parts[1]) else {
            return nil
        }
        var value = decimals
        for _ in parts[1].utf8.count..<4 { value *= 10 }
        return whole * scale + value
    }

    private static func digits(_ text: Substring) -> Int64? {
        guard (1...13).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}

extension Threshold: CustomStringConvertible {
    package var description: String {
        let whole = value / Self.scale
        var decimals = String(value % Self.scale + Self.scale).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        return "\(key.rawValue)\(comparison.rawValue)\(whole)\(decimals.isEmpty ? "" : ".")\(decimals)"
    }
}

extension ContainerFilters {
    /// Whether anything is asked that only samples can tell.
    package var asksForUsage: Bool { thresholds.contains { $0.key != .restarts } }
}

/// Comma-separated values (RFC 4180): lines end with CR LF; a value is quoted where it has to be.
package enum CSV {
    /// One line with its end.
    package static func line(_ values: [String]) -> [UInt8] {
        Array(values.map(written).joined(separator: ",").utf8) + [0x0D, 0x0A]
    }

    private static func written(_ value: String) -> String {
        let needsQuotes =
            value.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }
            || value.first == " " || value.last == " "
        return needsQuotes ? "\"\(value.replacing("\"", with: "\"\""))\"" : value
    }
}

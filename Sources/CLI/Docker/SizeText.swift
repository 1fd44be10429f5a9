/// Sizes and percents in the words of docker (docker/go-units, and docker's `stats` formatter).
enum SizeText {
    private static let binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
    private static let decimal = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]

    /// `12.5MiB`: powers of 1,024, four digits.
    static func memory(_ bytes: Int64) -> String { text(bytes, base: 1_024, digits: 4, binary) }

    /// `1.23kB`: powers of 1,000, three digits.
    static func traffic(_ bytes: Int64) -> String { text(bytes, base: 1_000, digits: 3, decimal) }

    /// `12.34%`.
    static func percent(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "--" }
        return "\(value < 0 ? "-" : "")\(fixed(abs(value), decimals: 2))%"
    }

    private static func text(_ bytes: Int64, base: Double, digits: Int, _ units: [String]) -> String {
        var size = Double(max(0, bytes))
        var unit = 0
        while size >= base, unit < units.count - 1 {
            size /= base
            unit += 1
        }
        return general(size, digits: digits) + units[unit]
    }

    /// What Go writes for `%.4g`, for numbers below 10,000 that are 0 or at least 1.
    private static func general(_ value: Double, digits: Int) -> String {
        guard value > 0 else { return "0" }
        let whole = String(Int64(value)).utf8.count
        // More digits than are wanted, and a power of ten is written: 1e+03 for 999.9 in three.
        if whole > digits || fixed(value, decimals: 0).utf8.count > max(digits, whole) && whole == digits {
            return exponential(value, digits: digits)
        }
        var text = fixed(value, decimals: digits - whole)
        // Rounding may have made a digit more before the point.
        if text.prefix(while: { $0 != "." }).utf8.count > whole {
            text = fixed(value, decimals: digits - whole - 1)
        }
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    private static func exponential(_ value: Double, digits: Int) -> String {
        var exponent = 0
        var scaled = value
        while scaled >= 10 {
            scaled /= 10
            exponent += 1
        }
        var text = fixed(scaled, decimals: digits - 1)
        if text.hasPrefix("10") {
            text = fixed(scaled / 10, decimals: digits - 1)
            exponent += 1
        }
        while text.contains("."), text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return "\(text)e+\(exponent < 10 ? "0" : "")\(exponent)"
    }

    /// A number with so many decimals, rounded as it is in binary, halves to even: as Go and C do.
    static func fixed(_ value: Double, decimals: Int) -> String {
        var power: UInt128 = 1
        for _ in 0..<decimals { power *= 10 }
        let scaled: UInt128
        if value >= 0x1p53 {
            scaled = UInt128(value) * power
        } else if value < 0x1p-60 {
            scaled = 0
        } else {
            // value = significand / 2^shift, both whole.
            let shift = 52 - Int(value.exponent)
            let significand = UInt128(value.significandBitPattern | (1 << 52)) * power
            let whole = significand >> UInt128(shift)
            let rest = significand - whole << UInt128(shift)
            let half = UInt128(1) << UInt128(max(0, shift - 1))
            let isUp = shift > 0 && (rest > half || rest == half && whole & 1 == 1)
            scaled = whole + (isUp ? 1 : 0)
        }
        let whole = scaled / power
        guard decimals > 0 else { return "\(whole)" }
        let rest = String(scaled % power + power).dropFirst()
        return "\(whole).\(rest)"
    }
}

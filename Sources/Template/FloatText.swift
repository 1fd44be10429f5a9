/// Writes floating-point numbers as Go's `strconv.FormatFloat`.
struct FloatText {
    /// Decimal digits without zeros at either end; the number is 0.DIGITS times ten to the power of `point`.
    private var digits: [UInt8] = []
    private var point = 0
    private let isNegative: Bool

    /// The number with the fewest digits that mean it.
    private init(shortest value: Double) {
        isNegative = value.sign == .minus
        var seenPoint = false
        var exponent = 0
        let parts = value.magnitude.description.split(separator: "e", maxSplits: 1)
        if parts.count > 1 { exponent = Int(parts[1]) ?? 0 }
        for byte in parts[0].utf8 {
            if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else {
                digits.append(byte - 0x30)
                if !seenPoint { point += 1 }
            }
        }
        point += exponent
        trim()
    }

    /// All digits of the number.
    private init(exact value: Double) {
        isNegative = value.sign == .minus
        guard value != 0 else { return }
        // The value is `whole` times two to the power of `exponent`, exactly.
        let magnitude = value.magnitude
        let exponent = Int(magnitude.exponent) - 52
        let scaled = magnitude.significand * 4_503_599_627_370_496
        var limbs = [UInt64(scaled) % 1_000_000_000, UInt64(scaled) / 1_000_000_000]
        for _ in 0..<exponent.magnitude {
            // Halving is multiplying by five and moving the point.
            var carry: UInt64 = 0
            for index in limbs.indices {
                let product = limbs[index] * (exponent < 0 ? 5 : 2) + carry
                limbs[index] = product % 1_000_000_000
                carry = product / 1_000_000_000
            }
            if carry > 0 { limbs.append(carry) }
        }
        for limb in limbs.reversed() {
            let text = "\(limb)"
            digits += Array(repeating: 0, count: 9 - text.utf8.count) + text.utf8.map { $0 - 0x30 }
        }
        point = digits.count + min(exponent, 0)
        trim()
    }

    private mutating func trim() {
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        point -= zeros
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { point = 0 }
    }

    /// Keeps so many digits, rounding halves to even.
    private mutating func round(to count: Int) {
        guard count < digits.count else { return }
        guard count >= 0 else {
            digits = []
            return trim()
        }
        let rest = digits[count...]
        let isUp =
            rest.first.map { $0 > 5 } == true
            || rest.first == 5 && (rest.count > 1 || count > 0 && digits[count - 1] % 2 == 1)
        digits.removeSubrange(count...)
        if isUp {
            var place = count - 1
            while place >= 0, digits[place] == 9 {
                digits[place] = 0
                place -= 1
            }
            if place >= 0 {
                digits[place] += 1
            } else {
                digits.insert(1, at: 0)
                point += 1
            }
        }
        trim()
    }

    /// The digit at a place behind the first one; zero where there is none.
    private func digit(_ place: Int) -> Character {
        digits.indices.contains(place) ? Character(Unicode.Scalar(digits[place] + 0x30)) : "0"
    }

    private var sign: String { isNegative ? "-" : "" }

    /// `1.5e+06`.
    private func scientific(_ decimals: Int) -> String {
        var text = sign + String(digit(0))
        if decimals > 0 {
            text += "."
            for place in 1...decimals { text.append(digit(place)) }
        }
        let exponent = digits.isEmpty ? 0 : point - 1
        return text + (exponent < 0 ? "e-" : "e+") + (abs(exponent) < 10 ? "0" : "") + "\(abs(exponent))"
    }

    /// `1500000`.
    private func plain(_ decimals: Int) -> String {
        var text = sign
        if point > 0 { for place in 0..<point { text.append(digit(place)) } } else { text += "0" }
        if decimals > 0 {
            text += "."
            for place in point..<point + decimals { text.append(place < 0 ? "0" : digit(place)) }
        }
        return text
    }

    /// A number by one of the verbs `e`, `f` and `g`.
    ///
    /// `decimals` are the digits behind the point, for `g` all digits; nil means as many as are needed.
    static func text(_ value: Double, _ verb: UInt8, decimals: Int?) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        guard let decimals else {
            let number = FloatText(shortest: value)
            let count = number.digits.count
            switch verb {
            case UInt8(ascii: "e"): return number.scientific(max(count - 1, 0))
            case UInt8(ascii: "f"): return number.plain(max(count - number.point, 0))
            default: return number.general(count, limit: 6)
            }
        }
        var number = FloatText(exact: value)
        switch verb {
        case UInt8(ascii: "e"):
            number.round(to: decimals + 1)
            return number.scientific(decimals)
        case UInt8(ascii: "f"):
            number.round(to: number.point + decimals)
            return number.plain(decimals)
        default:
            number.round(to: max(decimals, 1))
            let count = number.digits.count
            let precision = max(decimals, 1)
            return number.general(
                min(precision, count), limit: precision > count && count >= number.point ? count : precision)
        }
    }

    private func general(_ count: Int, limit: Int) -> String {
        let exponent = digits.isEmpty ? 0 : point - 1
        return exponent < -4 || exponent >= limit
            ? scientific(max(count - 1, 0)) : plain(max(digits.count - point, 0))
    }

    /// A number as `encoding/json` writes it.
    static func json(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let magnitude = value.magnitude
        guard magnitude != 0, magnitude < 1e-6 || magnitude >= 1e21 else {
            return text(value, UInt8(ascii: "f"), decimals: nil)
        }
        let written = text(value, UInt8(ascii: "e"), decimals: nil)
        // Go writes 1e-09 as 1e-9.
        guard written.hasSuffix("e-0\(written.last ?? "0")") else { return written }
        return written.dropLast(2) + String(written.suffix(1))
    }
}

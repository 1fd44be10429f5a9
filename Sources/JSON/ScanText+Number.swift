extension ScanText {
    /// The most bytes of one number; RFC 8259 lets a reader set such a limit.
    private static let numberLimit = 1_024

    /// A number's place and whether it has neither fraction nor exponent.
    struct NumberPlace {
        let range: Range<Int>
        let isInteger: Bool
    }

    /// Checks a number by the grammar of RFC 8259, section 6, and that a double can hold it.
    func number(at start: Int) throws(JSONError) -> NumberPlace {
        var index = self[start] == 0x2D ? start + 1 : start
        var isInteger = true
        var exponentDigits = 0
        if byte(at: index) == 0x30 {
            index += 1
            guard !isDigit(at: index) else { throw JSONError(.invalidNumber, at: start, "a leading zero") }
        } else {
            index = try digitsEnd(from: index, of: start)
        }
        if byte(at: index) == 0x2E {
            isInteger = false
            index = try digitsEnd(from: index + 1, of: start)
        }
        if let mark = byte(at: index), mark | 0x20 == 0x65 {
            isInteger = false
            index += 1
            if let sign = byte(at: index), sign == 0x2B || sign == 0x2D { index += 1 }
            let first = index
            index = try digitsEnd(from: index, of: start)
            exponentDigits = index - first
        }
        guard index - start <= Self.numberLimit else { throw JSONError(.tooLong, at: start, "a number") }
        // Only a long number or a long exponent can be beyond a double.
        if exponentDigits > 1 || index - start > 308, double(in: start..<index)?.isFinite != true {
            throw JSONError(.numberOutOfRange, at: start, "a double")
        }
        return NumberPlace(range: start..<index, isInteger: isInteger)
    }

    /// The nearest double to a number that was checked.
    func double(in range: Range<Int>) -> Double? {
        Double(unsafe String(decoding: self[range], as: UTF8.self))
    }

    /// The value of an integer that was checked; nil when 64 bits do not hold it.
    func integer(in range: Range<Int>) -> Int64? {
        let isNegative = self[range.lowerBound] == 0x2D
        let digits = isNegative ? range.dropFirst() : range
        var value: Int64 = 0
        if digits.count < 19 {
            for index in digits { value = value &* 10 &- Int64(self[index] &- 0x30) }
            return isNegative ? value : -value
        }
        // Counted downwards, since the smallest integer has no positive counterpart.
        for index in digits {
            let (shifted, multiplied) = value.multipliedReportingOverflow(by: 10)
            let (sum, added) = shifted.subtractingReportingOverflow(Int64(self[index] &- 0x30))
            guard !multiplied, !added else { return nil }
            value = sum
        }
        guard !isNegative else { return value }
        return value == .min ? nil : -value
    }

    @inline(__always)
    private func isDigit(at index: Int) -> Bool {
        index < end && self[index] &- 0x30 < 10
    }

    /// One digit or more.
    private func digitsEnd(from first: Int, of start: Int) throws(JSONError) -> Int {
        var index = first
        while isDigit(at: index) { index += 1 }
        guard index > first else {
            throw index < end
                ? JSONError(.invalidNumber, at: start, "a digit") : JSONError(.truncated, at: end, "a digit")
        }
        return index
    }
}

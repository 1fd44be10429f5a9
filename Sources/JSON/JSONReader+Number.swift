extension JSONReader {
    /// The most bytes of one number; RFC 8259 lets a reader set such a limit.
    private static let numberLimit = 1_024

    /// Reads an integer: a number without fraction or exponent that fits 64 bits.
    package mutating func readInteger() throws(JSONError) -> Int64 {
        let scanned = try scanNumber()
        guard scanned.isInteger else { throw JSONError(.wrongType, at: scanned.range.lowerBound, "an integer") }
        var index = scanned.range.lowerBound
        let isNegative = bytes[index] == 0x2D
        if isNegative { index += 1 }
        var value: Int64 = 0
        while index < scanned.range.upperBound {
            let digit = Int64(bytes[index] &- 0x30)
            let (shifted, multiplied) = value.multipliedReportingOverflow(by: 10)
            let (sum, added) =
                isNegative
                ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !multiplied, !added else {
                throw JSONError(.numberOutOfRange, at: scanned.range.lowerBound, "a 64-bit integer")
            }
            value = sum
            index += 1
        }
        return value
    }

    /// Reads an integer that must lie in `range`.
    package mutating func readInteger(in range: ClosedRange<Int64>) throws(JSONError) -> Int64 {
        skipWhiteSpace()
        let start = position
        let value = try readInteger()
        guard range.contains(value) else { throw JSONError(.numberOutOfRange, at: start) }
        return value
    }

    /// Reads any number as a double, the nearest one; what is too small for one is zero.
    package mutating func readDouble() throws(JSONError) -> Double {
        let range = try scanNumber().range
        guard let value = double(in: range), value.isFinite else {
            throw JSONError(.numberOutOfRange, at: range.lowerBound, "a double")
        }
        return value
    }

    /// A number's place and whether it has neither fraction nor exponent.
    struct ScannedNumber {
        let range: Range<Int>
        let isInteger: Bool
    }

    /// Checks a number by the grammar of RFC 8259, section 6, and that a double can hold it, and steps over it.
    mutating func scanNumber() throws(JSONError) -> ScannedNumber {
        guard try peek() == .number else { throw JSONError(.wrongType, at: position, "a number") }
        let start = position
        var isInteger = true
        var exponentDigits = 0
        if bytes[position] == 0x2D { position += 1 }
        if position < end, bytes[position] == 0x30 {
            position += 1
            if position < end, (0x30...0x39).contains(bytes[position]) {
                throw JSONError(.invalidNumber, at: start, "a leading zero")
            }
        } else {
            _ = try digits(from: start)
        }
        if position < end, bytes[position] == 0x2E {
            isInteger = false
            position += 1
            _ = try digits(from: start)
        }
        if position < end, bytes[position] | 0x20 == 0x65 {
            isInteger = false
            position += 1
            if position < end, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
            exponentDigits = try digits(from: start)
        }
        guard position - start <= Self.numberLimit else { throw JSONError(.tooLong, at: start, "a number") }
        // Only a long number or a long exponent can be beyond a double.
        if exponentDigits > 1 || position - start > 308, double(in: start..<position)?.isFinite != true {
            throw JSONError(.numberOutOfRange, at: start, "a double")
        }
        return ScannedNumber(range: start..<position, isInteger: isInteger)
    }

    private func double(in range: Range<Int>) -> Double? {
        Double(String(decoding: bytes[range], as: UTF8.self))
    }

    /// One digit or more; their number.
    private mutating func digits(from start: Int) throws(JSONError) -> Int {
        let first = position
        while position < end, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard position > first else {
            throw position < end
                ? JSONError(.invalidNumber, at: start, "a digit") : JSONError(.truncated, at: end, "a digit")
        }
        return position - first
    }
}

extension JSONReader {
    /// Reads an integer: a number without fraction or exponent that fits 64 bits.
    package mutating func readInteger() throws(JSONError) -> Int64 {
        let scanned = try scanNumber()
        guard scanned.isInteger else { throw JSONError(.wrongType, at: scanned.range.lowerBound, "an integer") }
        var index = scanned.range.lowerBound
        let isNegative = bytes[index] == 0x2D
        if isNegative { index += 1 }
        var value: Int64 = 0
        while index < scanned.range.upperBound {
            let digit = Int64(bytes[index] - 0x30)
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

    /// Reads any number as a finite double; one too large for that is refused.
    package mutating func readDouble() throws(JSONError) -> Double {
        let range = try scanNumber().range
        guard let value = Double(String(decoding: bytes[range], as: UTF8.self)), value.isFinite else {
            throw JSONError(.numberOutOfRange, at: range.lowerBound, "a double")
        }
        return value
    }

    /// A number's place and whether it has neither fraction nor exponent.
    struct ScannedNumber {
        let range: Range<Int>
        let isInteger: Bool
    }

    /// Checks a number by the grammar of RFC 8259, section 6, and steps over it.
    mutating func scanNumber() throws(JSONError) -> ScannedNumber {
        guard try peek() == .number else { throw JSONError(.wrongType, at: position, "a number") }
        let start = position
        var isInteger = true
        if bytes[position] == 0x2D { position += 1 }
        if position < end, bytes[position] == 0x30 {
            position += 1
            if position < end, (0x30...0x39).contains(bytes[position]) {
                throw JSONError(.invalidNumber, at: start, "a leading zero")
            }
        } else {
            try digits(from: start)
        }
        if position < end, bytes[position] == 0x2E {
            isInteger = false
            position += 1
            try digits(from: start)
        }
        if position < end, bytes[position] | 0x20 == 0x65 {
            isInteger = false
            position += 1
            if position < end, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
            try digits(from: start)
        }
        return ScannedNumber(range: start..<position, isInteger: isInteger)
    }

    /// One digit or more.
    private mutating func digits(from start: Int) throws(JSONError) {
        let first = position
        while position < end, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard position > first else {
            throw position < end
                ? JSONError(.invalidNumber, at: start, "a digit") : JSONError(.truncated, at: end, "a digit")
        }
    }
}

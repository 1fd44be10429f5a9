/// Strings, numbers, booleans and null.
extension JSONReader {
    /// Reads a string.
    package mutating func readString() throws(JSONError) -> String {
        let start = try beginning(0x22, "a string")
        return try withText { text, position, _ throws(JSONError) in
            let place = try text.string(at: start)
            position = place.end
            guard !place.isEscaped else {
                return String(decoding: text.unescaped(place.content), as: UTF8.self)
            }
            return unsafe String(decoding: text[place.content], as: UTF8.self)
        }
    }

    /// Reads a string as its unescaped UTF-8 bytes, without a copy when nothing was escaped.
    package mutating func readUTF8() throws(JSONError) -> ArraySlice<UInt8> {
        let start = try beginning(0x22, "a string")
        let (content, plain) = try withText { text, position, _ throws(JSONError) -> (Range<Int>, [UInt8]?) in
            let place = try text.string(at: start)
            position = place.end
            return (place.content, place.isEscaped ? text.unescaped(place.content) : nil)
        }
        return plain.map { $0[...] } ?? bytes[content]
    }

    /// Reads an integer: a number without fraction or exponent that fits 64 bits.
    package mutating func readInteger() throws(JSONError) -> Int64 {
        try withNumber { text, place throws(JSONError) in
            guard place.isInteger else {
                throw JSONError(.wrongType, at: place.range.lowerBound, "an integer")
            }
            guard let value = text.integer(in: place.range) else {
                throw JSONError(.numberOutOfRange, at: place.range.lowerBound, "a 64-bit integer")
            }
            return value
        }
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
        try withNumber { text, place throws(JSONError) in
            guard let value = text.double(in: place.range), value.isFinite else {
                throw JSONError(.numberOutOfRange, at: place.range.lowerBound, "a double")
            }
            return value
        }
    }

    /// Reads a number as an integer if it is one that fits 64 bits, as a double otherwise.
    mutating func readNumber() throws(JSONError) -> JSONValue {
        try withNumber { text, place throws(JSONError) in
            if place.isInteger, let value = text.integer(in: place.range) { return .integer(value) }
            guard let value = text.double(in: place.range), value.isFinite else {
                throw JSONError(.numberOutOfRange, at: place.range.lowerBound, "a double")
            }
            return .double(value)
        }
    }

    /// Consumes `null` if it comes next and says whether it did.
    package mutating func readNull() throws(JSONError) -> Bool {
        guard try peek() == .null else { return false }
        try readLiteral("null")
        return true
    }

    /// Reads `true` or `false`.
    package mutating func readBool() throws(JSONError) -> Bool {
        guard try peek() == .bool else { throw JSONError(.wrongType, at: position, "true or false") }
        let isTrue = bytes[position] == 0x74
        try readLiteral(isTrue ? "true" : "false")
        return isTrue
    }

    private mutating func readLiteral(_ word: StaticString) throws(JSONError) {
        try withText { text, position, _ throws(JSONError) in
            position = try text.literalEnd(word, at: position)
        }
    }

    /// Checks a number, steps over it, and hands it to `body`.
    private mutating func withNumber<Answer>(
        _ body: (ScanText, ScanText.NumberPlace) throws(JSONError) -> Answer
    ) throws(JSONError) -> Answer {
        guard try peek() == .number else { throw JSONError(.wrongType, at: position, "a number") }
        return try withText { text, position, _ throws(JSONError) in
            let place = try text.number(at: position)
            let answer = try body(text, place)
            position = place.range.upperBound
            return answer
        }
    }
}

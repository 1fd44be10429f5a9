extension ScanText {
    /// A string's place between its quotes.
    struct StringPlace {
        let content: Range<Int>
        let isEscaped: Bool
        /// The index behind the closing quote.
        var end: Int { content.upperBound + 1 }
    }

    /// Checks a string in full; its opening quote stands at `start`.
    @inline(__always)
    func string(at start: Int) throws(JSONError) -> StringPlace {
        let index = plainEnd(from: start + 1)
        if index < end, self[index] == 0x22 {
            return StringPlace(content: start + 1..<index, isEscaped: false)
        }
        return try stringWithSpecials(at: start, from: index)
    }

    /// Goes on with a string from a byte that needs a closer look.
    private func stringWithSpecials(at start: Int, from first: Int) throws(JSONError) -> StringPlace {
        var index = first
        var isEscaped = false
        while index < end {
            switch self[index] {
            case 0x22: return StringPlace(content: start + 1..<index, isEscaped: isEscaped)
            case 0x5C:
                isEscaped = true
                index = try escapeEnd(at: index)
            case 0..<0x20: throw JSONError(.controlCharacter, at: index)
            case 0x20..<0x80: break
            default: repeat { index = try sequenceEnd(at: index) } while index < end && self[index] >= 0x80
            }
            index = plainEnd(from: index)
        }
        throw JSONError(.truncated, at: end, "a string")
    }

    /// Checks one multi-byte UTF-8 sequence (RFC 3629, section 4).
    private func sequenceEnd(at index: Int) throws(JSONError) -> Int {
        let (count, low, high): (Int, UInt8, UInt8) =
            switch self[index] {
            case 0xC2...0xDF: (1, 0x80, 0xBF)
            case 0xE0: (2, 0xA0, 0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (2, 0x80, 0xBF)
            case 0xED: (2, 0x80, 0x9F)
            case 0xF0: (3, 0x90, 0xBF)
            case 0xF1...0xF3: (3, 0x80, 0xBF)
            case 0xF4: (3, 0x80, 0x8F)
            default: throw JSONError(.invalidUTF8, at: index)
            }
        for offset in 1...count {
            guard let byte = byte(at: index + offset) else {
                throw JSONError(.truncated, at: end, "a UTF-8 sequence")
            }
            let isGood = offset == 1 ? byte >= low && byte <= high : byte & 0xC0 == 0x80
            guard isGood else { throw JSONError(.invalidUTF8, at: index) }
        }
        return index + count + 1
    }

    /// Checks one escape sequence, a surrogate pair as a whole.
    private func escapeEnd(at index: Int) throws(JSONError) -> Int {
        guard let kind = byte(at: index + 1) else { throw JSONError(.truncated, at: end, "an escape") }
        switch kind {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return index + 2
        case 0x75:
            switch try codeUnit(at: index) {
            case 0xD800..<0xDC00:
                for (offset, wanted) in [(6, 0x5C), (7, 0x75)] as [(Int, UInt8)] {
                    guard let byte = byte(at: index + offset) else {
                        throw JSONError(.truncated, at: end, "a surrogate pair")
                    }
                    guard byte == wanted else { throw halfPair(index) }
                }
                guard (0xDC00..<0xE000).contains(try codeUnit(at: index + 6)) else { throw halfPair(index) }
                return index + 12
            case 0xDC00..<0xE000: throw halfPair(index)
            default: return index + 6
            }
        default: throw JSONError(.invalidEscape, at: index)
        }
    }

    private func halfPair(_ index: Int) -> JSONError {
        JSONError(.invalidEscape, at: index, "half of a surrogate pair")
    }

    /// The value of `\uXXXX` at `index`.
    private func codeUnit(at index: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for offset in 2...5 {
            guard let byte = byte(at: index + offset) else {
                throw JSONError(.truncated, at: end, "an escape")
            }
            guard let digit = Self.hexadecimal(byte) else {
                throw JSONError(.invalidEscape, at: index, "four hexadecimal digits")
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }

    // MARK: Unescaping

    /// The bytes that an already checked string with escapes stands for.
    func unescaped(_ content: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var index = content.lowerBound
        while index < content.upperBound {
            guard self[index] == 0x5C else {
                result.append(self[index])
                index += 1
                continue
            }
            switch self[index + 1] {
            case 0x62: result.append(0x08)
            case 0x66: result.append(0x0C)
            case 0x6E: result.append(0x0A)
            case 0x72: result.append(0x0D)
            case 0x74: result.append(0x09)
            case 0x75:
                index = appendScalar(at: index, to: &result)
                continue
            case let plain: result.append(plain)
            }
            index += 2
        }
        return result
    }

    private func appendScalar(at index: Int, to result: inout [UInt8]) -> Int {
        var value = checkedUnit(at: index)
        var next = index + 6
        if (0xD800..<0xDC00).contains(value) {
            value = 0x10000 + (value - 0xD800) << 10 + (checkedUnit(at: next) - 0xDC00)
            next += 6
        }
        if let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) {
            result.append(contentsOf: encoded)
        }
        return next
    }

    private func checkedUnit(at index: Int) -> UInt32 {
        (2...5).reduce(0) { $0 << 4 | (Self.hexadecimal(self[index + $1]) ?? 0) }
    }
}

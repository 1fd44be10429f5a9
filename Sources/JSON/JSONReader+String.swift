extension JSONReader {
    /// Reads a string.
    package mutating func readString() throws(JSONError) -> String {
        let scanned = try scanString()
        guard !scanned.isEscaped else { return String(decoding: unescaped(scanned.content), as: UTF8.self) }
        return unsafe bytes.withUnsafeBufferPointer { text in
            unsafe String(decoding: UnsafeBufferPointer(rebasing: text[scanned.content]), as: UTF8.self)
        }
    }

    /// Reads a string as its unescaped UTF-8 bytes, without a copy when nothing was escaped.
    package mutating func readUTF8() throws(JSONError) -> ArraySlice<UInt8> {
        let scanned = try scanString()
        return scanned.isEscaped ? unescaped(scanned.content)[...] : bytes[scanned.content]
    }

    /// A string's place between its quotes.
    struct ScannedString {
        let content: Range<Int>
        let isEscaped: Bool
    }

    /// Checks a string in full and steps over it.
    mutating func scanString() throws(JSONError) -> ScannedString {
        guard try firstByte("a value") == 0x22 else {
            _ = try peek()
            throw JSONError(.wrongType, at: position, "a string")
        }
        let start = position + 1
        var index = start
        var isEscaped = false
        while true {
            index = unsafe bytes.withUnsafeBufferPointer { unsafe CleanBytes.endForReading($0, from: index, to: end) }
            guard index < end else { throw JSONError(.truncated, at: end, "a string") }
            switch bytes[index] {
            case 0x22:
                position = index + 1
                return ScannedString(content: start..<index, isEscaped: isEscaped)
            case 0x5C:
                isEscaped = true
                index = try escapeEnd(at: index)
            case 0..<0x20:
                throw JSONError(.controlCharacter, at: index)
            default:
                repeat { index = try sequenceEnd(at: index) } while index < end && bytes[index] >= 0x80
            }
        }
    }

    /// Checks one multi-byte UTF-8 sequence (RFC 3629, section 4).
    private func sequenceEnd(at index: Int) throws(JSONError) -> Int {
        let first = bytes[index]
        let (count, low, high): (Int, UInt8, UInt8) =
            switch first {
            case 0xC2...0xDF: (1, 0x80, 0xBF)
            case 0xE0: (2, 0xA0, 0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (2, 0x80, 0xBF)
            case 0xED: (2, 0x80, 0x9F)
            case 0xF0: (3, 0x90, 0xBF)
            case 0xF1...0xF3: (3, 0x80, 0xBF)
            case 0xF4: (3, 0x80, 0x8F)
            default: throw JSONError(.invalidUTF8, at: index)
            }
        guard index + count < end else { throw JSONError(.truncated, at: end, "a UTF-8 sequence") }
        guard (low...high).contains(bytes[index + 1]) else { throw JSONError(.invalidUTF8, at: index) }
        for offset in 1...count where bytes[index + offset] & 0xC0 != 0x80 {
            throw JSONError(.invalidUTF8, at: index)
        }
        return index + count + 1
    }

    /// Checks one escape sequence, a surrogate pair as a whole.
    private func escapeEnd(at index: Int) throws(JSONError) -> Int {
        guard index + 1 < end else { throw JSONError(.truncated, at: end, "an escape") }
        switch bytes[index + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            return index + 2
        case 0x75:
            let unit = try codeUnit(at: index)
            switch unit {
            case 0xD800..<0xDC00:
                guard index + 7 < end else { throw JSONError(.truncated, at: end, "a surrogate pair") }
                guard bytes[index + 6] == 0x5C, bytes[index + 7] == 0x75,
                    (0xDC00..<0xE000).contains(try codeUnit(at: index + 6))
                else { throw JSONError(.invalidEscape, at: index, "half of a surrogate pair") }
                return index + 12
            case 0xDC00..<0xE000:
                throw JSONError(.invalidEscape, at: index, "half of a surrogate pair")
            default:
                return index + 6
            }
        default:
            throw JSONError(.invalidEscape, at: index)
        }
    }

    /// The value of `\uXXXX` at `index`.
    private func codeUnit(at index: Int) throws(JSONError) -> UInt32 {
        guard index + 5 < end else { throw JSONError(.truncated, at: end, "an escape") }
        var unit: UInt32 = 0
        for offset in 2...5 {
            guard let digit = Self.hexadecimal(bytes[index + offset]) else {
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

    /// The bytes that an already checked string stands for.
    func unescaped(_ content: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var index = content.lowerBound
        while index < content.upperBound {
            guard bytes[index] == 0x5C else {
                result.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
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
        (2...5).reduce(0) { $0 << 4 | (Self.hexadecimal(bytes[index + $1]) ?? 0) }
    }
}

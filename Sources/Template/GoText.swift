/// The scalar that begins at a place, and its length in bytes; a byte that begins none is U+FFFD of length 1.
func scalar(in bytes: [UInt8], at place: Int) -> (scalar: Unicode.Scalar, length: Int)? {
    guard place < bytes.count else { return nil }
    if bytes[place] < 0x80 { return (Unicode.Scalar(bytes[place]), 1) }
    var decoder = UTF8()
    var iterator = bytes[place..<min(place + 4, bytes.count)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return ("\u{fffd}", 1) }
    return (scalar, UTF8.width(scalar))
}

/// Bytes in quotes with Go's escapes (`strconv.Quote`); `onlyASCII` escapes everything else too.
package func quoted(_ bytes: [UInt8], quote: UInt8 = 0x22, onlyASCII: Bool = false) -> String {
    var text = String(Unicode.Scalar(quote))
    var place = 0
    while let (letter, length) = scalar(in: bytes, at: place) {
        if letter == "\u{fffd}", length == 1 {
            text += "\\x" + hexadecimal(UInt32(bytes[place]), digits: 2)
        } else if letter.value == UInt32(quote) || letter == "\\" {
            text += "\\\(letter)"
        } else if letter.isPrintable, !onlyASCII || letter.isASCII {
            text.unicodeScalars.append(letter)
        } else {
            text += letter.goEscape
        }
        place += length
    }
    return text + String(Unicode.Scalar(quote))
}

extension Unicode.Scalar {
    /// Whether it leaves a mark on paper, or is the plain blank: Go's `unicode.IsPrint`.
    package var isPrintable: Bool {
        if value < 0x7F { return value >= 0x20 }
        // What a cut text ends with, and so by far the most frequent of all others.
        if self == "…" { return true }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }

    /// The escape that Go writes for it.
    package var goEscape: String {
        switch value {
        case 7: "\\a"
        case 8: "\\b"
        case 9: "\\t"
        case 10: "\\n"
        case 11: "\\v"
        case 12: "\\f"
        case 13: "\\r"
        case ..<0x20, 0x7F: "\\x" + hexadecimal(value, digits: 2)
        case ..<0x10000: "\\u" + hexadecimal(value, digits: 4)
        default: "\\U" + hexadecimal(value, digits: 8)
        }
    }
}

/// Lower-case hexadecimal digits, at least so many.
func hexadecimal(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// What a text in Go's quotes means (`strconv.Unquote`); nil when it is no valid text.
///
/// The quotes are `"`, `'` or a backquote, which the token has at both ends.
func unquoted(_ token: ArraySlice<UInt8>) -> [UInt8]? {
    guard token.count >= 2, let quote = token.first, token.last == quote else { return nil }
    let inner = Array(token.dropFirst().dropLast())
    if quote == 0x60 { return inner.filter { $0 != 0x0D } }
    var bytes: [UInt8] = []
    var place = 0
    while place < inner.count {
        guard inner[place] == 0x5C else {
            bytes.append(inner[place])
            place += 1
            continue
        }
        guard place + 1 < inner.count else { return nil }
        let letter = inner[place + 1]
        place += 2
        func number(_ count: Int, radix: Int) -> UInt32? {
            guard place + count <= inner.count else { return nil }
            let digits = String(decoding: inner[place..<place + count], as: UTF8.self)
            guard digits.utf8.first != 0x2B, digits.utf8.first != 0x2D else { return nil }
            return UInt32(digits, radix: radix)
        }
        switch letter {
        case UInt8(ascii: "a"): bytes.append(7)
        case UInt8(ascii: "b"): bytes.append(8)
        case UInt8(ascii: "f"): bytes.append(12)
        case UInt8(ascii: "n"): bytes.append(10)
        case UInt8(ascii: "r"): bytes.append(13)
        case UInt8(ascii: "t"): bytes.append(9)
        case UInt8(ascii: "v"): bytes.append(11)
        case 0x5C, quote: bytes.append(letter)
        case UInt8(ascii: "x"):
            guard let code = number(2, radix: 16) else { return nil }
            bytes.append(UInt8(code))
            place += 2
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = letter == UInt8(ascii: "u") ? 4 : 8
            guard let code = number(count, radix: 16), let scalar = Unicode.Scalar(code) else { return nil }
            bytes += Array(String(scalar).utf8)
            place += count
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            place -= 1
            guard let code = number(3, radix: 8), code < 256 else { return nil }
            bytes.append(UInt8(code))
            place += 3
        default: return nil
        }
    }
    return bytes
}

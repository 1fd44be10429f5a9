import JSON
import Testing

/// The grammar of RFC 8259, case by case; the shared strictness of protocol, Engine client and API.
@Suite struct `The grammar of JSON` {
    @Test(
        arguments: [
            ("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
            ("-0", .integer(0)), ("42", .integer(42)), ("-1", .integer(-1)),
            ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)),
            ("1.5", .double(1.5)), ("-0.0", .double(-0.0)), ("1e2", .double(100)), ("1E+2", .double(100)),
            ("1e-2", .double(0.01)), ("0e0", .double(0)), ("0.10", .double(0.1)), ("1e-400", .double(0)),
            ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
            ("5e-324", .double(.leastNonzeroMagnitude)),
            (#""""#, .string("")), (#""a""#, .string("a")), ("[]", .array([])), ("[ ]", .array([])),
            ("{}", .object([])),
            (" \t\r\n[ 1 ,\n2 ] ", .array([.integer(1), .integer(2)])),
            (
                #"{"a":{"b":[null,{}]}}"#,
                .object([.init("a", .object([.init("b", .array([.null, .object([])]))]))])
            ),
            (#"{"":0}"#, .object([.init("", .integer(0))])),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
            (#""\u0041\u00e9\u20AC\uD83D\uDE00""#, .string("Aé€😀")), (#""\u0000""#, .string("\0")),
            ("\"\u{7F}\"", .string("\u{7F}")), (#""é€😀\uFFFF""#, .string("é€😀\u{FFFF}")),
        ] as [(String, JSONValue)])
    func `accepts and understands`(text: String, expected: JSONValue) throws {
        #expect(try value(text) == expected)
        #expect(skipRefusal(Array(text.utf8)) == nil)
    }

    @Test(
        arguments: [
            ("", .truncated, 0), ("  ", .truncated, 2), ("[", .truncated, 1), ("[1", .truncated, 2),
            ("[1,", .truncated, 3),
            ("{", .truncated, 1), (#"{"a""#, .truncated, 4), (#"{"a":"#, .truncated, 5),
            (#"{"a":1"#, .truncated, 6),
            (#"{"a":1,"#, .truncated, 7), ("\"", .truncated, 1), ("\"ab", .truncated, 3),
            ("\"\\", .truncated, 2),
            (#""\u12"#, .truncated, 5), (#""\ud83d"#, .truncated, 7), ("tru", .truncated, 0),
            ("nul", .truncated, 0),
            ("-", .truncated, 1), ("1.", .truncated, 2), ("1e", .truncated, 2), ("1e+", .truncated, 3),
            ("nulx", .unexpectedByte, 0), ("[1 2]", .unexpectedByte, 3), ("[1,]", .unexpectedByte, 3),
            ("[,1]", .unexpectedByte, 1),
            ("[1}", .unexpectedByte, 2), (#"{"a":1]"#, .unexpectedByte, 6), ("{1:1}", .unexpectedByte, 1),
            (#"{"a" 1}"#, .unexpectedByte, 5), (#"{"a":1,}"#, .unexpectedByte, 7),
            (#"{,"a":1}"#, .unexpectedByte, 1),
            (#"{"a"::1}"#, .unexpectedByte, 5), (#"{"a":}"#, .unexpectedByte, 5),
            ("nulL", .unexpectedByte, 0),
            ("True", .unexpectedByte, 0), ("NaN", .unexpectedByte, 0), ("Infinity", .unexpectedByte, 0),
            ("-Infinity", .invalidNumber, 0), ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0),
            ("'a'", .unexpectedByte, 0), ("//c\n1", .unexpectedByte, 0), ("]", .unexpectedByte, 0),
            ("\u{A0}1", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0),
            ("\u{C}1", .unexpectedByte, 0),
            ("01", .invalidNumber, 0), ("-01", .invalidNumber, 0), ("00", .invalidNumber, 0),
            ("1.e1", .invalidNumber, 0),
            ("-x", .invalidNumber, 0), ("1e5.5", .trailingBytes, 3), ("0x10", .trailingBytes, 1),
            ("1e1e1", .trailingBytes, 3),
            ("1 1", .trailingBytes, 2), ("null,", .trailingBytes, 4), ("{}{}", .trailingBytes, 2),
            ("1\0", .trailingBytes, 1),
            ("1e400", .numberOutOfRange, 0), ("-1e999999999999", .numberOutOfRange, 0),
            ("[1e309]", .numberOutOfRange, 1),
            ("\"\n\"", .controlCharacter, 1), ("\"a\tb\"", .controlCharacter, 2),
            ("\"\0\"", .controlCharacter, 1),
            (#""\x41""#, .invalidEscape, 1), (#""\'""#, .invalidEscape, 1), (#""\U0041""#, .invalidEscape, 1),
            (#""\u00g0""#, .invalidEscape, 1), (#""\u+041""#, .invalidEscape, 1),
            (#""\uD800""#, .invalidEscape, 1),
            (#""\uDC00""#, .invalidEscape, 1), (#""\uD800\uD800""#, .invalidEscape, 1),
            (#""\uD83Dx\uDE00""#, .invalidEscape, 1),
            (#""\uDE00\uD83D""#, .invalidEscape, 1), (#""a\uD83D\n....""#, .invalidEscape, 2),
        ] as [(String, JSONError.Code, Int)])
    func `refuses with a reason and a place`(text: String, code: JSONError.Code, offset: Int) {
        #expect(refusal(text) == JSONError(code, at: offset))
        #expect(skipRefusal(Array(text.utf8)) == JSONError(code, at: offset))
    }

    /// RFC 3629, section 4, at its borders: each as the content of a string.
    @Test(
        arguments: [
            [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
            [0xEF, 0xBB, 0xBF], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF3, 0xBF, 0xBF, 0xBF],
            [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]])
    func `accepts UTF-8`(content: [UInt8]) {
        for filling in 0...9 {
            let text = [0x22] + [UInt8](repeating: 0x61, count: filling) + content + content + [0x61, 0x22]
            #expect(refusal(text) == nil)
        }
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE1, 0x80, 0x41], [0xE1, 0x41, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xFE], [0xFF], [0xF1, 0x80, 0x80, 0x41],
        ] as [[UInt8]])
    func `refuses what is not UTF-8, wherever it stands`(content: [UInt8]) {
        for filling in 0...9 {
            let text = [0x22] + [UInt8](repeating: 0x61, count: filling) + content + [0x61, 0x61, 0x61, 0x22]
            #expect(refusal(text) == JSONError(.invalidUTF8, at: 1 + filling))
        }
    }

    @Test(arguments: [[0xC2], [0xE1, 0x80], [0xF1, 0x80, 0x80], [0xE1], [0xF1]] as [[UInt8]])
    func `refuses a sequence that the text's end or the quote cuts`(content: [UInt8]) {
        #expect(refusal([0x22] + content)?.code == .truncated)
        #expect(refusal([0x22] + content + [0x22])?.code == .invalidUTF8)
    }

    @Test func `finds a byte that needs a look at every place of a word`() throws {
        for place in 0..<40 {
            for special in ["\\n", "é", "\u{1F600}"] {
                let before = String(repeating: "x", count: place)
                let text = "\"\(before)\(special)yyyyyyyyyyyyyyyy\""
                let expected = before + special.replacing("\\n", with: "\n") + "yyyyyyyyyyyyyyyy"
                #expect(try value(text).string == expected)
            }
            let control =
                [0x22] + [UInt8](repeating: 0x78, count: place) + [0x1F] + [UInt8](repeating: 0x78, count: 20)
            #expect(refusal(control) == JSONError(.controlCharacter, at: 1 + place))
        }
    }
}

import JSON
import Testing

@Suite struct `A writer` {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `puts commas and colons where they belong`() {
        let text = written { writer in
            writer.object { writer in
                writer.member("a", 1)
                writer.array("b") { writer in
                    writer.integer(1)
                    writer.object { _ in }
                    writer.array { _ in }
                    writer.null()
                    writer.bool(true)
                    writer.raw(Array("[2]".utf8))
                }
                writer.member("c", "x")
                writer.member("d", raw: Array("{}".utf8))
                writer.object("e") { writer in
                    writer.key("f\n")
                    writer.double(0.5)
                }
                writer.member("g", ["x", "y"])
                writer.member("h", false)
            }
            writer.newline()
            writer.array { _ in }
        }
        #expect(
            text
                == #"{"a":1,"b":[1,{},[],null,true,[2]],"c":"x","d":{},"e":{"f\n":0.5},"g":["x","y"],"h":false}"#
                + "\n[]")
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("\"\\/", #""\"\\/""#),
        ("\n\r\t\u{8}\u{C}", #""\n\r\t\u0008\u000c""#),
        ("\0\u{1F}\u{7F}", #""\u0000\u001f\u007f""#), ("é€😀", #""é€😀""#), ("\u{2028}", "\"\u{2028}\""),
        (
            "a long text, then \" and a long text again \\",
            #""a long text, then \" and a long text again \\""#
        ),
    ])
    func `escapes what must be, and nothing else`(text: String, expected: String) {
        #expect(written { $0.string(text) } == expected)
        #expect(written { $0.string(text[...]) } == expected)
        #expect(written { $0.string(utf8: Array(text.utf8)) } == expected)
        #expect(written { $0.string(utf8: text.utf8.reversed().reversed()) } == expected)
        #expect(written { $0.key(text) } == expected + ":")
    }

    @Test func `escapes at every place of a word`() {
        for place in 0..<40 {
            for (special, escaped) in [
                ("\"", "\\\""), ("\n", "\\n"), ("\u{7F}", "\\u007f"), ("\u{80}", "\u{80}"),
            ] {
                let before = String(repeating: "x", count: place)
                #expect(written { $0.string(before + special + "y") } == "\"\(before)\(escaped)y\"")
            }
        }
    }

    @Test func `writes integers of every width to their ends`() {
        #expect(written { $0.integer(Int64.min) } == "-9223372036854775808")
        #expect(written { $0.integer(UInt64.max) } == "18446744073709551615")
        #expect(written { $0.integer(UInt8(0)) } == "0")
        #expect(written { $0.integer(Int8.min) } == "-128")
        #expect(written { $0.integer(10) } == "10")
    }

    @Test func `writes doubles that come back the same, and null for what JSON cannot say`() throws {
        for number in [
            0.1, -0.0, 1e300, .leastNonzeroMagnitude, 1e16, 123_456_789.125, .greatestFiniteMagnitude, 1e-7,
        ] {
            #expect(try value(written { $0.double(number) }) == .double(number))
        }
        #expect(written { $0.double(.nan) } == "null")
        #expect(written { $0.double(-.infinity) } == "null")
    }

    @Test func `leaves defaults out and sorts maps`() {
        let text = written { writer in
            writer.object { writer in
                writer.optional("a", "")
                writer.optional("b", 0)
                writer.optional("c", false)
                writer.optional("d", [String]())
                writer.optional("e", [String: String]())
                writer.optional("f", ["b": "2", "a": "1", "B": "3"])
                writer.optional("g", 5)
            }
        }
        #expect(text == #"{"f":{"B":"3","a":"1","b":"2"},"g":5}"#)
    }
}

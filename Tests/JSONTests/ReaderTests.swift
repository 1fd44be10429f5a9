import JSON
import Testing

@Suite struct `A reader` {
    @Test func `pulls what the caller expects and skips the rest`() throws {
        let text = #"{"id":"x","skip":[{"a":[1,"\n"]}],"n":7,"t":[true,false],"z":null,"r": {"k" : 1} }"#
        var reader = JSONReader(Array(text.utf8))
        var seen: [String] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id": seen.append(try reader.readString())
            case "n": seen.append("\(try reader.readInteger())")
            case "t":
                try reader.beginArray()
                while try reader.nextElement() { seen.append("\(try reader.readBool())") }
            case "z": seen.append("\(try reader.readNull())")
            case "r": seen.append(String(decoding: try reader.readRaw(), as: UTF8.self))
            default: try reader.skip()
            }
        }
        try reader.finish()
        #expect(seen == ["x", "7", "true", "false", "true", #"{"k" : 1}"#])
    }

    @Test func `matches names after unescaping, whole and nothing but`() throws {
        var reader = JSONReader(Array(#"{"\u0069d":1,"i":2,"id2":3,"iD":4}"#.utf8))
        var matches: [Bool] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            matches.append("id" ~= key)
            try reader.skip()
        }
        #expect(matches == [true, false, false, false])
    }

    @Test(arguments: [
        ("7", "a string"), ("\"7\"", "a number"), ("1.5", "an integer"), ("{}", "an array"),
        ("[]", "an object"),
        ("null", "true or false"),
    ])
    func `says what it expected when another kind comes`(text: String, expected: String) {
        var reader = JSONReader(Array(text.utf8))
        let error = #expect(throws: JSONError.self) {
            switch expected {
            case "a string": _ = try reader.readString()
            case "a number", "an integer": _ = try reader.readInteger()
            case "an array": try reader.beginArray()
            case "an object": try reader.beginObject()
            default: _ = try reader.readBool()
            }
        }
        #expect(error?.code == .wrongType)
        #expect(error?.offset == 0)
        #expect(error?.description.contains(expected) == true)
    }

    @Test func `holds integers to a range`() throws {
        for (text, fits) in [("0", true), ("65535", true), ("65536", false), ("-1", false)] {
            var reader = JSONReader(Array(text.utf8))
            let value = try? reader.readInteger(in: 0...65_535)
            #expect((value != nil) == fits)
        }
        var large = JSONReader(Array("9223372036854775808".utf8))
        #expect(throws: JSONError(.numberOutOfRange, at: 0)) { try large.readInteger() }
    }

    @Test func `leaves a null alone that is none, and the reader usable`() throws {
        var reader = JSONReader(Array("[1,null]".utf8))
        try reader.beginArray()
        #expect(try reader.nextElement())
        #expect(try !reader.readNull())
        #expect(try reader.readInteger() == 1)
        #expect(try reader.nextElement())
        #expect(try reader.readNull())
        #expect(try !reader.nextElement())
        try reader.finish()
    }

    @Test func `gives strings as bytes without a copy unless they were escaped`() throws {
        var reader = JSONReader(Array(#"["plain","\u0065scaped"]"#.utf8))
        try reader.beginArray()
        _ = try reader.nextElement()
        let plain = try reader.readUTF8()
        #expect(plain.startIndex == 2)
        _ = try reader.nextElement()
        #expect(String(decoding: try reader.readUTF8(), as: UTF8.self) == "escaped")
    }
}

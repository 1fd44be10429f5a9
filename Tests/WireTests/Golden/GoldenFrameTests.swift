import JSON
import Testing
import Wire

/// Requirements A5, A8: the bytes of every frame are fixed in files that both ends, in any language, are tested with.
@Suite struct `The golden frames` {
    @Test(arguments: GoldenMessages.all) func `are what is written`(golden: GoldenMessages.Named) throws {
        try Fixtures.check("frames/\(golden.name).json", golden.message.body + [0x0A])
    }

    @Test(arguments: GoldenMessages.all) func `are read as what they mean`(golden: GoldenMessages.Named)
        throws
    {
        guard !Fixtures.isWriting else { return }
        let body = try Fixtures.read("frames/\(golden.name).json").dropLast()
        #expect(try Message(parsing: Array(body)) == golden.message)
    }

    @Test(arguments: AcceptedInput.all) func `have odd but good companions`(input: AcceptedInput) throws {
        let normal = try Message(input.text).body
        try Fixtures.check("accepted/\(input.name).ndjson", Array(input.text.utf8) + [0x0A] + normal + [0x0A])
    }

    @Test(arguments: RefusedInput.all) func `have bad companions, each refused for its reason`(
        input: RefusedInput
    )
        throws
    {
        try Fixtures.check("refused/\(input.name).bin", input.bytes)
        #expect(input.outcome == input.expected)
    }

    @Test func `have a list of the bad ones`() throws {
        var writer = JSONWriter()
        for input in RefusedInput.all {
            writer.object { writer in
                writer.member("file", "\(input.name).bin")
                writer.member("limit", input.limit)
                writer.member("refused", input.expected)
            }
            writer.newline()
        }
        try Fixtures.check("refused/expected.ndjson", writer.bytes)
    }

    /// Every example of PROTOCOL.md is read, so that no text of it can go out of date unseen.
    @Test func `agree with the examples of PROTOCOL_md`() throws {
        let text = String(decoding: try Fixtures.read("../../PROTOCOL.md"), as: UTF8.self)
        var examples = text.components(between: "```json\n", and: "```")
        #expect(examples.count >= 14)
        examples.removeAll { !$0.contains(#""type""#) }
        var types: Set<String> = []
        for example in examples {
            let message = try Message(example)
            if case .unknown(let type) = message { Issue.record("\(type) is no message") }
            types.insert(message.type)
        }
        let all: Set<String> = Set(GoldenMessages.all.map(\.message.type))
        #expect(types == all)
    }
}

extension String {
    /// The parts between each `start` and the next `end`.
    fileprivate func components(between start: String, and end: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let opening = rest.range(of: start) {
            rest = rest[opening.upperBound...]
            guard let closing = rest.range(of: end) else { break }
            parts.append(String(rest[..<closing.lowerBound]))
            rest = rest[closing.upperBound...]
        }
        return parts
    }
}

extension Substring {
    /// Where a text stands first.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            formIndex(after: &start)
        }
        return nil
    }
}

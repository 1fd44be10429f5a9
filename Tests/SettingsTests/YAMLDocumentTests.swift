import Testing
import YAML

@Suite struct `A YAML document` {
    @Test func `keeps keys in order with line and column`() throws {
        let document = try YAMLDocument(parsing: Array("# c\nhttp: 1\nlist:\n  - a\n  - 'b: c'\n".utf8))
        guard case .mapping(let entries)? = document.root?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["http", "list"])
        #expect(entries[0].position == YAMLPosition(line: 2, column: 1))
        #expect(entries[0].value.position == YAMLPosition(line: 2, column: 7))
        #expect(entries[0].value.content == .scalar(YAMLScalar(text: "1", isPlain: true)))
        guard case .sequence(let items) = entries[1].value.content else {
            Issue.record("no list")
            return
        }
        #expect(items.map(\.position.line) == [4, 5])
        #expect(items[1].content == .scalar(YAMLScalar(text: "b: c", isPlain: false)))
    }

    @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n", "~"])
    func `of nothing has no root`(text: String) throws {
        #expect(try YAMLDocument(parsing: Array(text.utf8)).root == nil)
    }

    @Test(arguments: [
        ("a: &x 1\n", 1, 4, YAMLError.Reason.anchor("x")),
        ("a: 1\nb: *x\n", 2, 4, .alias("x")),
        ("a: !!str 1\n", 1, 4, .tag("tag:yaml.org,2002:str")),
        ("a: 1\n---\nb: 2\n", 2, 1, .secondDocument),
        ("a: 1\nb: 2\na: 3\n", 3, 1, .duplicateKey("a", firstLine: 1)),
        ("a:\n  b: 1\n  'b': 3\n", 3, 3, .duplicateKey("b", firstLine: 2)),
        ("? [a, b]\n: 1\n", 1, 3, .compoundKey),
        ("a: [[[[[1]]]]]\n", 1, 8, .depth(limit: 4)),
        ("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]", 1, 29, .count(limit: 10)),
        (String(repeating: "#", count: 101), 1, 1, .size(limit: 100)),
    ])
    func `refuses what could surprise, and says where`(
        text: String, line: Int, column: Int, reason: YAMLError.Reason,
    ) throws {
        let limits = YAMLDocument.Limits(size: 100, depth: 4, count: 10)
        let error = #expect(throws: YAMLError.self) {
            try YAMLDocument(parsing: Array(text.utf8), limits: limits)
        }
        #expect(error == YAMLError(reason, at: YAMLPosition(line: line, column: column)))
    }

    @Test(arguments: [
        ("a: [1\nb: 2", 2), ("a: 'x", 1), ("\ta: 1", 1), ("a: b: c", 1), ("a: 1\n b: 2", 2), ("- a\nb", 2),
        ("%", 1),
    ])
    func `that is none is refused with its line`(text: String, line: Int) throws {
        let error = #expect(throws: YAMLError.self) { try YAMLDocument(parsing: Array(text.utf8)) }
        guard case .syntax(let sentence)? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!sentence.isEmpty)
        #expect(
            error.map { ($0.position.line - line).magnitude <= 1 } == true, "\(String(describing: error))")
    }

    @Test(
        arguments: [[0xff, 0xfe, 0xfd], [0x61, 0x3a, 0x20, 0xc3, 0x28], [0x61, 0x00, 0x62]] as [[UInt8]])
    func `of bytes that are no text is refused`(bytes: [UInt8]) {
        #expect(throws: YAMLError.self) { try YAMLDocument(parsing: bytes) }
    }

    @Test func `survives every cut and every changed byte`() throws {
        let bytes = Array("a: {b: [1, \"x\\n\"], c: |\n  text\n}\n- ? é\n".utf8)
        for cut in bytes.indices {
            _ = try? YAMLDocument(parsing: Array(bytes[..<cut]))
            for byte in [0, 9, 38, 42, 91, 123, 255] as [UInt8] {
                var changed = bytes
                changed[cut] = byte
                _ = try? YAMLDocument(parsing: changed)
            }
        }
    }
}

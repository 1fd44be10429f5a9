import CLI
import JSON
import TestSupport
import Testing
import YAML

/// Issue 3: `-o yaml`; what comes out means what went in, to libyaml and to PyYAML (YAML 1.1).
@Suite struct `YAML text` {
    private static let dangerous = [
        "", " ", "~", "null", "Null", "true", "True", "yes", "No", "on", "OFF", "y", "n", "0", "1", "-1",
        "1.5", "1e3",
        "0x1f", "0o7", "017", "1_000", "1:30", "190:20:30", ".inf", "-.inf", ".nan", "NaN", "inf",
        "2026-11-20",
        "2026-11-20T11:04:54Z", "=", "<<", "-", "- a", "--- ", "...", "? a", ": b", "a: b", "a:", "a #b",
        "#a", "&a", "*a",
        "!a", "!!int 3", "|", ">", "%a", "@a", "`a", "{a: b}", "[a]", ",", "'", "\"", "\\", "a\nb", "a\n",
        "\ta", "a\u{1b}[31m",
        "\u{85}", "\u{2028}", "\u{202e}x", "\u{feff}", "\u{0}", "\u{7f}", "\u{a0}", "größe 日本 🚢", "a b",
        "a-b_c.d/e",
        " leading", "trailing ", "\r\n", "e", "E1", "0b1", "+1", "1.", "-", "key: [x", "\u{fffd}",
        "\u{1f6a2}\u{fe0f}",
    ]

    private static let document: JSONValue = .object([
        .init("texts", .array(dangerous.map { .string($0) })),
        .init("keys", .object(Set(dangerous).sorted().map { .init($0, .string($0)) })),
        .init("long", .object([.init(String(repeating: "k", count: 3_000) + " ", .array([.integer(1)]))])),
        .init(
            "longer", .object([.init(String(repeating: "\n", count: 3_000), .object([.init("a", .null)]))])),
        .init("empty", .array([.array([]), .object([]), .null, .bool(true), .bool(false)])),
        .init(
            "numbers",
            .array([.integer(.max), .integer(.min), .double(1.5), .double(1e21), .double(1e-7), .double(-2)])),
        .init(
            "nested",
            .array([.array([.array([.integer(1)]), .object([.init("a", .array([.string("x")]))])])])),
    ])

    @Test func `means the same to PyYAML`() async throws {
        let program = """
            import sys, json, yaml
            print(json.dumps(yaml.safe_load(sys.argv[1].encode().decode()), ensure_ascii=True))
            """
        let text = String(decoding: yamlText(Self.document), as: UTF8.self)
        let run = try await ProcessFixture.run(
            "/usr/bin/python3", ["-c", program, text], within: .seconds(30))
        ToolUse.record("python3-yaml")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try JSONValue(parsing: Array(run.output.utf8)) == Self.document)
    }

    @Test func `means the same to libyaml`() throws {
        let parsed = try YAMLDocument(parsing: yamlText(Self.document))
        let root = try #require(parsed.root)
        #expect(Self.isSame(root, Self.document))
    }

    @Test func `holds nothing that a terminal obeys`() {
        let text = String(decoding: yamlText(Self.document), as: UTF8.self)
        let lines = text.split(separator: "\n")
        for line in lines { #expect(TerminalText.safe(String(line)) == line) }
        #expect(String(decoding: yamlText(.string("no")), as: UTF8.self) == "\"no\"\n")
        #expect(String(decoding: yamlText(.object([])), as: UTF8.self) == "{}\n")
    }

    /// Whether libyaml's tree says what the JSON says: plain scalars are never texts that look like others.
    private static func isSame(_ node: YAMLNode, _ value: JSONValue) -> Bool {
        switch (node.content, value) {
        case (.sequence(let nodes), .array(let elements)):
            nodes.count == elements.count && zip(nodes, elements).allSatisfy { isSame($0, $1) }
        case (.mapping(let entries), .object(let members)):
            entries.count == members.count
                && zip(entries, members).allSatisfy { $0.key == $1.name && isSame($0.value, $1.value) }
        case (.scalar(let scalar), .string(let text)): scalar.text == text
        case (.scalar(let scalar), .null): scalar.isNull
        case (.scalar(let scalar), .integer(let number)): scalar.isPlain && scalar.text == "\(number)"
        case (.scalar(let scalar), .double(let number)): scalar.isPlain && Double(scalar.text) == number
        case (.scalar(let scalar), .bool(let flag)): scalar.isPlain && scalar.text == "\(flag)"
        default: false
        }
    }
}

import CLI
import Testing

@Suite struct `Text of strangers` {
    @Test(arguments: [
        ("web-1", "web-1"), ("größe 日本", "größe 日本"), ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u{1b}[2J\u{7}", "\\x1b[2J\\a"),
        ("\u{9b}31m", "\\u009b31m"), ("a\u{202e}b\u{2066}c\u{200f}", "a\\u202eb\\u2066c\\u200f"),
        ("\u{feff}x", "\\ufeffx"),
        ("a\u{2028}b\u{2029}", "a\\u2028b\\u2029"), ("\u{e000}\u{10ffff}", "\\ue000\\U0010ffff"),
        ("a\0b", "a\\x00b"),
        ("x\u{e0041}", "x\\U000e0041"),
    ])
    func `holds nothing that a terminal obeys`(text: String, safe: String) {
        #expect(TerminalText.safe(text) == safe)
    }

    @Test(arguments: [
        ("abc", 3, 3, "abc"), ("abcd", 4, 3, "ab…"), ("日本語", 6, 5, "日本…"), ("日本語", 6, 4, "日…"),
        ("e\u{301}a", 2, 2, "e\u{301}a"),
        ("🚢🚢", 4, 3, "🚢…"), ("abc", 3, 1, "…"),
    ])
    func `is measured and cut by columns`(text: String, width: Int, limit: Int, short: String) {
        #expect(DisplayWidth.of(text) == width)
        #expect(TerminalText.shortened(text, to: limit) == short)
    }

    @Test func `is escaped in JSON for people`() throws {
        let pretty = try prettyJSON(
            Array(#"{"a":[],"b":[1,{"c":"x\u001b\u202e\ud83d\ude00\"\\"}],"d":{},"e":1.5,"\n":null}"#.utf8))
        #expect(
            String(decoding: pretty, as: UTF8.self) == """
                {
                  "a": [],
                  "b": [
                    1,
                    {
                      "c": "x\\u001b\\u202e😀\\"\\\\"
                    }
                  ],
                  "d": {},
                  "e": 1.5,
                  "\\u000a": null
                }

                """)
    }
}

@Suite struct `A table` {
    private static func table() -> Table {
        var table = Table([
            Table.Column("HOST", minimum: 4), Table.Column("COMMAND", minimum: 8, leaves: 0),
            Table.Column("ID", leaves: 1), Table.Column("NAMES", minimum: 6),
        ])
        table.add(["node1", "\"sleep infinity\"", "0123456789ab", "web"])
        table.add(["node2 (stale 3m)", "\"sh\"", "ab0123456789", "日本\nx\u{1b}[31m"])
        return table
    }

    private static func text(_ width: Int?) -> [String] {
        String(decoding: table().bytes(width: width), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `aligns columns by what is seen`() {
        #expect(
            Self.text(nil) == [
                "HOST               COMMAND            ID             NAMES",
                "node1              \"sleep infinity\"   0123456789ab   web",
                "node2 (stale 3m)   \"sh\"               ab0123456789   日本\\nx\\x1b[31m",
            ])
    }

    @Test func `shrinks the widest columns when the screen is narrow`() {
        #expect(
            Self.text(50) == [
                "HOST        COMMAND      ID             NAMES",
                "node1       \"sleep in…   0123456789ab   web",
                "node2 (s…   \"sh\"         ab0123456789   日本\\nx\\x…",
            ])
    }

    @Test(arguments: [10, 20, 30, 40, 60, 80]) func `leaves columns out before it breaks lines`(width: Int) {
        let lines = Self.text(width)
        #expect(lines.count == 3)
        for line in lines { #expect(DisplayWidth.of(line) <= max(width, 13), "\(line)") }
        #expect(lines[0].contains("HOST") && lines[0].contains("NAMES"))
        if width == 20 { #expect(!lines[0].contains("COMMAND") && !lines[0].contains("ID")) }
    }

    @Test func `colours what is shown and not the blanks`() {
        let bytes = Self.table().bytes(width: nil) { column, text, shown in
            column == 0 && text.hasSuffix(")") ? "<\(shown)>" : shown
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("<node2 (stale 3m)>   \"sh\""))
    }
}

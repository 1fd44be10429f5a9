import JSON
import Template
import Testing

/// Bad input: a template comes from a person or a script, its data from strangers; neither may trap or hang.
@Suite struct `A hostile template` {
    @Test(arguments: [
        // Doubles a text with each turn.
        "{{$x := \"aaaaaaaa\"}}{{range .Many}}{{$x = print $x $x}}{{end}}{{len $x}}",
        // Loops within loops.
        "{{range .Many}}{{range $.Many}}{{range $.Many}}{{range $.Many}}x{{end}}{{end}}{{end}}{{end}}",
        // Calls itself.
        "{{define \"x\"}}{{template \"x\" .}}{{end}}{{template \"x\" .}}",
        "{{define \"x\"}}{{template \"x\" .}}{{template \"x\" .}}{{end}}{{template \"x\" .}}",
        "{{pad \"x\" 16777215 16777215}}{{pad \"x\" 9999999999 1}}",
        "{{printf \"%999999d%999999d%999999d%999999d%999999d\" 1 2 3 4 5}}",
        "{{range .Many}}{{range $.Many}}{{range $.Many}}{{printf \"%.1000f\" 1e-300}}{{end}}{{end}}{{end}}",
    ]) func `ends with an error`(source: String) {
        let many = Value.list((0..<100).map { .int($0) })
        let limits = TemplateLimits(steps: 200_000, output: 4 << 20)
        let (output, error) = run(source, on: .map(Map([("Many", many)])), limits: limits)
        #expect(output == nil)
        #expect(error?.contains("template") == true)
    }

    @Test(arguments: [
        String(repeating: "(", count: 10_000), "{{" + String(repeating: "(", count: 10_000),
        "{{" + String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000) + "}}",
        String(repeating: "{{if true}}", count: 5_000) + String(repeating: "{{end}}", count: 5_000),
        String(repeating: "{{range .}}", count: 5_000),
        "{{if 1}}" + String(repeating: "{{else if 1}}", count: 5_000) + "{{end}}",
        "{{" + String(repeating: "not ", count: 10_000) + "1}}",
        "{{" + String(repeating: "1 | print ", count: 5_000) + "}}",
        "{{." + String(repeating: "a.", count: 20_000) + "a}}",
        String(repeating: "{{define \"x\"}}", count: 3_000), String(repeating: "{{", count: 30_000),
        String(repeating: "}}", count: 30_000), String(repeating: "{{- ", count: 10_000),
        String(repeating: "a", count: 70_000), "{{/*" + String(repeating: "*", count: 60_000),
        "{{\"" + String(repeating: "\\x", count: 20_000) + "\"}}",
        "{{'" + String(repeating: "a", count: 60_000),
        "{{1e999999999}}", "{{0x" + String(repeating: "f", count: 60_000) + "}}", "{{-0x-1}}", "{{.5.5}}",
        "{{printf \"%[99999999999999999999]d\" 1}}", "{{printf \"%99999999999999999999d\" 1}}",
        "{{printf \"%*d%*d\" -9223372036854775808 1}}", "{{slice .x 9223372036854775807}}",
        "{{index .x -9223372036854775808}}", "{{truncate \"x\" -9223372036854775808}}",
        "{{printf \"%c\" -1}}",
        "{{printf \"%U\" -9223372036854775808}}", "{{printf \"%d\" -9223372036854775808}}",
    ]) func `comes to an end`(source: String) {
        let (output, error) = run(source)
        #expect((output == nil) != (error == nil))
    }

    @Test func `of any bytes comes to an end`() {
        var state: UInt64 = 7
        let words = [
            "{{", "}}", " ", ".", "Name", "List", "|", "(", ")", "\"a\"", "`b`", "1", "-", "range", "if",
            "end", "else",
            "with", "$x", ":=", "=", ",", "printf", "index", "len", "define", "template", "block", "break",
            "'c'",
            "json", "{{end}}", "{{.Name}}", "eq", "nil", "true", "/*", "*/", "\u{0}", "é",
        ]
        for _ in 0..<4_000 {
            var source = ""
            for _ in 0..<Int(state % 24) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                source += words[Int(state >> 33) % words.count]
                if state >> 62 == 0 { source += " " }
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let (output, error) = run(source, limits: TemplateLimits(steps: 10_000))
            #expect((output == nil) != (error == nil))
        }
        var bytes: [UInt8] = Array("{{printf \"%s\" .Name | upper}}{{range .List}}{{.}}{{end}}".utf8)
        for index in bytes.indices {
            for flip in [UInt8(0x80), 0xFF, 0x00, 0x7B] {
                let kept = bytes[index]
                bytes[index] = flip
                let template = try? Template(parsing: bytes)
                var workshop = Workshop()
                _ = try? template?.text(of: GoAnswer.value, in: &workshop)
                bytes[index] = kept
            }
        }
    }
}

@Suite struct `A template's data` {
    private static let record = Value.record(
        Record(
            Record.Kind("container", fields: ["ID", "Labels"], extras: ["Stack"], methods: ["Label"])
        ) { _, name in
            name == "app" ? .foreign("web\u{1b}[31m\nx") : .text("")
        } value: { name in
            name == "ID" ? .text("0123") : .foreign("a=\u{1b}[2J,b=\u{202e}\t")
        })

    /// B13: a label that draws on the screen draws nothing, whatever the template does with it.
    @Test(arguments: [
        ("{{.Labels}}", "a=\\x1b[2J,b=\\u202e\\t"), ("{{.Label \"app\"}}", "web\\x1b[31m\\nx"),
        ("{{.Label \"app\" | upper}}", "WEB\\X1B[31M\\NX"),
        ("{{split .Labels \",\"}}", "[a=\\x1b[2J b=\\u202e\\t]"),
        ("{{range split .Labels \",\"}}{{.}}\n{{end}}", "a=\\x1b[2J\nb=\\u202e\\t\n"),
        ("{{json .Labels}}", #""a=\u001b[2J,b=\u202e\t""#),
        ("{{printf \"%s\" .Labels}}", "a=\\x1b[2J,b=\\u202e\\t"),
        ("{{json .}}", #"{"ID":"0123","Labels":"a=\u001b[2J,b=\u202e\t"}"#),
        ("{{slice .Labels 2}}", "\\x1b[2J,b=\\u202e\\t"),
        ("{{html .Labels}}", "a=\\x1b[2J,b=\\u202e\\t"), ("{{.}}", "{0123 a=\\x1b[2J,b=\\u202e\\t}"),
        ("{{index (split .Labels \",\") 0}}", "a=\\x1b[2J"), ("\u{1b}[1m{{.ID}}", "\u{1b}[1m0123"),
    ]) func `is safe on a terminal and as it is elsewhere`(source: String, safe: String) {
        let screen: @Sendable (String) -> String = { text in
            text.unicodeScalars.map { scalar in
                switch scalar {
                case "\u{1b}": "\\x1b"
                case "\u{202e}": "\\u202e"
                case "\n": "\\n"
                case "\t": "\\t"
                default: String(scalar)
                }
            }.joined()
        }
        #expect(run(source, on: Self.record, screen: screen).output == safe)
        #expect(run("{{.Labels}}", on: Self.record).output == "a=\u{1b}[2J,b=\u{202e}\t")
    }

    @Test(arguments: [
        (
            "{{.Nope}}",
            "template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type container; there are .ID .Label .Labels .Stack"
        ),
        (
            "{{.Label}}",
            "template: :1:2: executing \"\" at <.Label>: wrong number of args for Label: want 1 got 0"
        ),
        ("{{.ID 1}}", "template: :1:2: executing \"\" at <.ID>: wrong number of args for ID: want 0 got 1"),
        ("{{.Label 1}}", "template: :1:9: executing \"\" at <1>: expected string; found 1"),
        (
            "{{.Label .ID.x}}",
            "template: :1:12: executing \"\" at <.ID.x>: can't evaluate field x in type string"
        ),
    ]) func `is named with what there is when something isn't`(source: String, message: String) {
        #expect(run(source, on: Self.record).error == message)
    }

    @Test func `that is nothing fails where docker inspect fails`() {
        let value = Value.record(
            Record(named: "State", [("Status", .text("up"))], extras: [("Health", .none)]))
        #expect(run("{{if .Health}}a{{else}}b{{end}}{{json .}}", on: value).output == #"b{"Status":"up"}"#)
        let missing = run("{{.Health.Status}}", on: value, failsOnMissingKeys: true)
        #expect(
            missing.error
                == #"template: :1:9: executing "" at <.Health.Status>: nil data; no entry for key "Status""#)
        let unknown = run("{{.Nope}}", on: value, failsOnMissingKeys: true)
        #expect(unknown.error == #"template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope""#)
        #expect(run("{{$x = 1}}").error == #"template: :1: undefined variable "$x""#)
    }

    @Test(
        arguments: [
            ("{{.A}} {{if .B}}{{.C.D}}{{end}}{{.Label \"x\"}}", ["A", "B", "C", "D", "Label"]),
            ("{{json .}}", nil),
            ("{{range .A}}{{.}}{{end}}", nil), ("{{(index .A 0).B}}{{$.C}}", ["A", "B", "C"]), ("x", []),
            ("{{define \"x\"}}{{.Q}}{{end}}{{template \"x\" $}}", nil),
            ("{{$y := .A}}{{$y}}{{.B | printf \"%s\"}}", ["A", "B"]),
        ] as [(String, [String]?)]) func `is asked for by name`(source: String, names: [String]?) throws
    {
        let template = try Template(parsing: Array(source.utf8))
        #expect(template.fieldNames == names.map(Set.init))
    }
}

/// docker's `table TEMPLATE`; expectations come from docker itself.
@Suite struct `Columns of cells` {
    @Test(arguments: [
        (
            "A\tB\tC\nlonger than ten\tx\ty\n",
            "A                 B         C\nlonger than ten   x         y\n"
        ),
        ("a\n", "a\n"), ("a\tb", "a         b"), ("", ""),
        ("1234567890\tb\nx\ty\n\nz\tw\n", "1234567890   b\nx            y\n\nz         w\n"),
        ("größe\tb\n", "größe     b\n"), ("a\t\tb\n", "a                   b\n"), ("a\t\n", "a         \n"),
        ("aaaaaaaaaaaa\tb\nc\nd\te\n", "aaaaaaaaaaaa   b\nc\nd         e\n"),
    ]) func `are as wide as docker makes them`(text: String, aligned: String) {
        #expect(String(decoding: TabWriter.aligned(Array(text.utf8)), as: UTF8.self) == aligned)
    }
}

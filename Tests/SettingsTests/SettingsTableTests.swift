import OS
import Settings
import Testing

private enum Sample {
    static let data = Setting("data", .path("DIR"), default: "/var/lib/x", group: "Storage", help: "Folder.")
    static let http = Setting(
        "http", .address, defaultText: "127.0.0.1:4681", help: "Where the API listens.")
    static let hostName = Setting("host-name", optional: .text("NAME"), help: "Name that people see.")
    static let label = Setting("label", .list(of: .pair), default: [], help: "Label of the host.")
    static let peers = Setting("peer", .list(of: .text(), separator: " "), default: [], help: "Peers.")
    static let insecure = Setting("insecure", .bool, default: false, short: "k", help: "Allow plain TCP.")
    static let all = Setting("all", .bool, default: false, short: "a", help: "All.", sources: .flag)
    static let level = Setting(
        "log-level", .choice(["debug", "info"]), default: "info", short: "l", help: "How much is logged.",
        reloadable: true)
    static let lifetime = Setting(
        "lifetime", .duration(.seconds(1) ... .seconds(3600)), default: .seconds(120), help: "How long.")
    static let budget = Setting(
        "budget", .bytes(1024...(1 << 30)), default: 1 << 20, help: "How much memory.")
    static let count = Setting("count", .count(1...9), default: 3, help: "How many.")
    static let token = Setting("token", optional: .text(), help: "The secret.", secret: true)

    static let table = SettingsTable(
        program: "sample",
        summary: "Shows how settings work.",
        examples: [("sample --http :1", "Does it.")],
        defaultFile: "/etc/sample.yaml",
        settings: [
            data, http, hostName, label, peers, insecure, all, level, lifetime, budget, count, token,
        ])

    static func input(
        _ arguments: [String] = [], environment: [String: String] = [:], files: [String: String] = [:],
    ) -> SettingsInput {
        SettingsInput(arguments: arguments, environment: { environment[$0] }) {
            (path, limit) throws(SettingsInput.FileProblem) in
            guard let text = files[path] else { throw .missing }
            guard text.utf8.count <= limit else { throw .tooLong(limit) }
            return Array(text.utf8)
        }
    }

    static func settings(
        _ arguments: [String] = [], environment: [String: String] = [:], files: [String: String] = [:],
    ) throws -> Configuration {
        let resolution = try table.resolve(input(arguments, environment: environment, files: files))
        guard case .run(let settings) = resolution else { throw Unexpected() }
        return settings
    }

    static func problems(
        _ arguments: [String] = [], environment: [String: String] = [:], files: [String: String] = [:],
    ) -> [String] {
        do {
            _ = try table.resolve(input(arguments, environment: environment, files: files))
            return []
        } catch {
            return error.problems
        }
    }

    struct Unexpected: Error {}
}

@Suite struct `Settings` {
    @Test func `are the defaults when nobody says anything`() throws {
        let settings = try Sample.settings()
        #expect(settings[Sample.http] == (try SocketAddress("127.0.0.1:4681")))
        #expect(settings[Sample.hostName] == nil)
        #expect(settings[Sample.label].isEmpty)
        #expect(settings[Sample.lifetime] == .seconds(120))
        #expect(settings.origin(of: Sample.http).description == "default")
        #expect(settings.file == nil)
    }

    @Test func `from flag win over environment over file over default, each with its origin`() throws {
        let file = ["/etc/sample.yaml": "# c\nhttp: a:1\ndata: /f\nlog-level: debug\n"]
        var settings = try Sample.settings(files: file)
        #expect(settings[Sample.http].port == 1)
        #expect(settings.origin(of: Sample.http).description == "file:/etc/sample.yaml:2")
        settings = try Sample.settings(environment: ["BAYPLAN_HTTP": "b:2"], files: file)
        #expect(settings[Sample.http].port == 2)
        #expect(settings.origin(of: Sample.http).description == "environment BAYPLAN_HTTP")
        settings = try Sample.settings(
            ["--http", "[::1]:3"], environment: ["BAYPLAN_HTTP": "b:2"], files: file)
        #expect(settings[Sample.http].description == "[::1]:3")
        #expect(settings.origin(of: Sample.http).description == "flag --http")
        #expect(settings[Sample.data] == "/f")
        #expect(settings[Sample.level] == "debug")
    }

    @Test(
        arguments: [
            (["--config", "/c"], [:]), (["--config=/c"], [:]), ([], ["BAYPLAN_CONFIG": "/c"]),
        ] as [([String], [String: String])])
    func `come from the file that was named`(arguments: [String], environment: [String: String]) throws {
        let files = ["/c": "count: 7", "/etc/sample.yaml": "count: 8"]
        let settings = try Sample.settings(arguments, environment: environment, files: files)
        #expect(settings[Sample.count] == 7)
        #expect(settings.file?.path == "/c")
    }

    @Test func `that are lists are replaced whole`() throws {
        let files = ["/etc/sample.yaml": "label: {rack: 7, row: b}\npeer: [a, 'b,c']\n"]
        var settings = try Sample.settings(files: files)
        #expect(settings[Sample.label].map { "\($0.name)=\($0.text)" } == ["rack=7", "row=b"])
        #expect(settings[Sample.peers] == ["a", "b,c"])
        settings = try Sample.settings(
            ["--label", "x=1", "--label=y=2=3"], environment: ["BAYPLAN_PEER": "a,b c"], files: files)
        #expect(
            settings[Sample.label] == [NamedText(name: "x", text: "1"), NamedText(name: "y", text: "2=3")])
        #expect(settings[Sample.peers] == ["a,b", "c"])
    }

    @Test(arguments: [
        (["-ka", "-l", "debug"], "debug"), (["-kaldebug"], "debug"), (["-k", "-a", "-l=debug"], "debug"),
        (["-ak", "--log-level=info"], "info"),
    ])
    func `take short flags together and apart`(arguments: [String], level: String) throws {
        let settings = try Sample.settings(arguments)
        #expect(settings[Sample.insecure] && settings[Sample.all])
        #expect(settings[Sample.level] == level)
    }

    @Test func `that are Booleans can be switched off again`() throws {
        let settings = try Sample.settings(["--insecure=false"], environment: ["BAYPLAN_INSECURE": "true"])
        #expect(!settings[Sample.insecure])
        #expect(settings.origin(of: Sample.insecure).description == "flag --insecure")
    }

    @Test(
        arguments: [
            (["--token-file", "/s"], [:], [:], "flag --token-file"),
            ([], ["BAYPLAN_TOKEN_FILE": "/s"], [:], "environment BAYPLAN_TOKEN_FILE"),
            ([], ["BAYPLAN_TOKEN": "geheim"], [:], "environment BAYPLAN_TOKEN"),
            ([], [:], ["/etc/sample.yaml": "token-file: /s"], "file:/etc/sample.yaml:1"),
            ([], [:], ["/etc/sample.yaml": "token: geheim"], "file:/etc/sample.yaml:1"),
        ] as [([String], [String: String], [String: String], String)])
    func `that are secret come from files and are never shown`(
        arguments: [String], environment: [String: String], files: [String: String], origin: String,
    ) throws {
        let secret = files.merging(["/s": "geheim\n"]) { first, _ in first }
        let settings = try Sample.settings(arguments, environment: environment, files: secret)
        #expect(settings[Sample.token] == "geheim")
        #expect(settings.describe().last == SettingRow(name: "token", value: "********", origin: origin))
    }

    @Test(arguments: [
        (
            ["--http", "nonsense"],
            "--http: must be an address and a port such as `127.0.0.1:4681`, `[::1]:4681`, `name:4681` or `:4681`, not `nonsense`"
        ),
        (
            ["--http", "unix:///x"],
            "--http: must be an address and a port such as `127.0.0.1:4681`, `[::1]:4681`, `name:4681` or `:4681`, not `unix:///x`"
        ),
        (
            ["--http", "a:99999"],
            "--http: must be an address and a port such as `127.0.0.1:4681`, `[::1]:4681`, `name:4681` or `:4681`, not `a:99999`"
        ),
        (["--count", "10"], "--count: must be a whole number from 1 to 9, not `10`"),
        (
            ["--lifetime", "5"],
            "--lifetime: must be a duration such as `250ms`, `30s`, `5m`, `1h` or `7d`, from 1s to 1h, not `5`"
        ),
        (
            ["--budget", "1kb"],
            "--budget: must be a size such as `64KiB`, `16MiB` or `1GiB`, from 1KiB to 1GiB, not `1kb`"
        ),
        (["--log-level", "loud"], "--log-level: must be `debug` or `info`, not `loud`"),
        (["--label", "x"], "--label: must be a name and a text such as `rack=7`, not `x`"),
        (["--insecure=yes"], "--insecure: must be `true` or `false`, not `yes`"),
        (["--htpt", "x:1"], "`--htpt` is no option of sample; did you mean `--http`?"),
        (["--frobnicate"], "`--frobnicate` is no option of sample; `--help` lists all"),
        (["--token", "x"], "`--token` is no option of sample; `--help` lists all"),
        (["-x"], "`-x` is no option of sample; `--help` lists all"),
        (["--http"], "--http: needs a value: --http ADDRESS:PORT"),
        (["--count", "1", "--count", "2"], "--count: given twice; give it once"),
        (["word"], "`word` is no option of sample; options begin with `--`"),
        (
            ["--token-file", "/none"],
            "--token-file: the file `/none` doesn't exist; correct the path or make the file"
        ),
        (["--config", "/none"], "the file `/none` doesn't exist; correct the path or make the file"),
        (
            ["--log-level", "a\u{1b}[31m\u{202e}"],
            "--log-level: must be `debug` or `info`, not `a\\u{1b}[31m\\u{202e}`"
        ),
    ])
    func `refuse a bad command line with a sentence`(arguments: [String], sentence: String) {
        #expect(Sample.problems(arguments).first == sentence)
    }

    @Test(arguments: [
        ("htpt: a:1", "/etc/sample.yaml:1:1: `htpt` is no setting of this program; did you mean `http`?"),
        ("\n  count: 12", "/etc/sample.yaml:2:10: `count`: must be a whole number from 1 to 9, not `12`"),
        ("count: [1]", "/etc/sample.yaml:1:8: `count`: must be a whole number from 1 to 9, not a list"),
        (
            "count:",
            "/etc/sample.yaml:1:7: `count`: has no value; write a whole number from 1 to 9, or remove the line"
        ),
        ("peer: {a: b}", "/etc/sample.yaml:1:7: `peer`: must be a text of 1 to 4096 bytes, not a mapping"),
        ("insecure: yes", "/etc/sample.yaml:1:11: `insecure`: must be `true` or `false`, not `yes`"),
        ("- a", "/etc/sample.yaml:1:1: a configuration is lines of `name: value`, not a list"),
        (
            "count: 1\ncount: 2",
            "/etc/sample.yaml:2:1: the key `count` stands twice (first in line 1); remove one of them"
        ),
        ("all: true", "/etc/sample.yaml:1:1: `all` is no setting of this program; `--help` lists all"),
        (
            "token: a\ntoken-file: b",
            "/etc/sample.yaml:2:1: `token` and `token-file` are both given; remove one"
        ),
        ("data: &a b", "/etc/sample.yaml:1:7: anchors are not allowed (`&a`); write the value out"),
    ])
    func `refuse a bad file with line and column`(text: String, sentence: String) {
        #expect(Sample.problems(files: ["/etc/sample.yaml": text]) == [sentence])
    }

    @Test func `tell all problems at once, also of values that something else wins over`() {
        let problems = Sample.problems(
            ["--count", "5", "--lifetime", "x"], environment: ["BAYPLAN_COUNT": "x", "BAYPLAN_HTTP": "x"],
            files: ["/etc/sample.yaml": "count: y\nz: 1"])
        #expect(problems.count == 5)
        for start in [
            "/etc/sample.yaml:1:8:", "/etc/sample.yaml:2:1:", "BAYPLAN_COUNT:", "BAYPLAN_HTTP:",
            "--lifetime:",
        ] {
            #expect(problems.contains { $0.hasPrefix(start) }, "\(start)")
        }
    }

    @Test func `hide a refused secret`() {
        let problems = Sample.problems(environment: ["BAYPLAN_TOKEN": String(repeating: "s", count: 5000)])
        #expect(problems == ["BAYPLAN_TOKEN: must be a text of 1 to 4096 bytes, not what stands there"])
    }

    @Test func `know what changed since an older reading and what may change while running`() throws {
        let older = try Sample.settings()
        let newer = try Sample.settings(files: [
            "/etc/sample.yaml": "log-level: debug\ncount: 4\nlifetime: 2m\n"
        ])
        #expect(
            newer.changes(since: older) == [
                SettingChange(name: "log-level", isReloadable: true),
                SettingChange(name: "count", isReloadable: false),
            ])
    }

    @Test(arguments: [["--help"], ["-h"], ["--count", "x", "--help"]])
    func `give way to a call for help`(arguments: [String]) throws {
        guard case .help = try Sample.table.resolve(Sample.input(arguments)) else {
            Issue.record("no help")
            return
        }
    }

    @Test(arguments: [40, 60, 100]) func `explain themselves within the width`(width: Int) {
        let text = Sample.table.help(width: width)
        for setting in Sample.table.settings { #expect(text.contains(setting.facts.flagName)) }
        #expect(text.contains("Usage: sample [OPTIONS]\n"))
        #expect(text.contains("-l, --log-level debug|info"))
        #expect(text.contains("--config PATH"))
        #expect(!text.contains("--token "))
        let lines = text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= max(width, 52) }, "\(text)")
    }
}

import CLI
import JSON
import Testing

/// A3: the command-line client, its exit codes and its sentences.
@Suite struct `The program` {
    @Test(arguments: [
        (400, ExitCode.usage), (401, .notAllowed), (403, .notAllowed), (404, .failed), (408, .timedOut),
        (410, .failed),
        (500, .failed), (503, .unreachable), (504, .timedOut),
    ])
    func `tells the shell what the aggregator said`(status: Int, code: ExitCode) async throws {
        let run = try await bayplan("stack", "ls") { _ in
            .init(
                status: status, type: "application/problem+json",
                body: #"{"title":"T","detail":"At position 3: ) is missing"}"#)
        }
        #expect(run.code == code)
        #expect(run.notes == "bayplan: At position 3: ) is missing.\n")
        #expect(run.output.isEmpty)
    }

    @Test func `says what to do when no aggregator answers`() async throws {
        let missing = try await bayplan("ps", "--socket", "/nonexistent/bayplan.sock", addressed: false)
        #expect(missing.code == .unreachable)
        #expect(
            missing.notes.contains(
                "No aggregator answers at unix:///nonexistent/bayplan.sock: there is no such socket."))
        #expect(missing.notes.contains("Start bayplan-aggregator"))
        let refused = try await bayplan("ps", "--url", "http://127.0.0.1:1", addressed: false)
        #expect(refused.code == .unreachable)
        let silent = try await bayplan("ps", "--timeout", "100ms") { _ in .init(isSilent: true) }
        #expect(silent.code == .timedOut)
        #expect(silent.notes.contains("within 100ms"))
    }

    @Test(arguments: ["not json", "{\"items\":3}", "{\"items\":[{\"id\":1}]}", "[]", ""])
    func `refuses an answer that it can't read`(body: String) async throws {
        let run = try await bayplan("host", "ls") { _ in .init(body: body) }
        #expect(run.code == .failed)
        #expect(run.notes.contains("can't be read"))
    }

    @Test(arguments: [
        (
            ["pz"], "There is no command `pz`; did you mean `bayplan ps`?",
            "Usage: bayplan COMMAND [OPTIONS]; `bayplan help` lists the commands."
        ),
        (
            ["frobnicate"], "There is no command `frobnicate`",
            "Usage: bayplan COMMAND [OPTIONS]; `bayplan help` lists the commands."
        ),
        (
            ["host", "foo"], "There is no command `host foo`",
            "Usage: bayplan host ls|inspect|health|discover|rm [OPTIONS]"
        ),
        (["ps", "foo"], "`bayplan ps` doesn't take the word `foo`", "Usage: bayplan ps [OPTIONS]"),
        (
            ["ps", "--hots", "x"], "`--hots` is no option of bayplan ps; did you mean `--host`?",
            "Usage: bayplan ps [OPTIONS]"
        ),
        (
            ["ps", "--from-revision", "x"],
            "`--from-revision` is no option of bayplan ps; `--help` lists all", "Usage: bayplan ps [OPTIONS]"
        ),
        (
            ["ps", "-o", "xml"],
            "-o: must be `table`, `wide`, `json`, `yaml`, `name` or `csv`, not `xml`",
            "Usage: bayplan ps [OPTIONS]"
        ),
        (
            ["inspect"], "Something is missing behind `bayplan inspect`",
            "Usage: bayplan inspect [OPTIONS] [HOST/]CONTAINER [[HOST/]CONTAINER...]"
        ),
        (
            ["stack", "ps"], "Something is missing behind `bayplan stack ps`",
            "Usage: bayplan stack ps [OPTIONS] STACK"
        ),
        (
            ["ps", "--url", "ftp://x"],
            "--url: must be `unix:///PATH`, `https://HOST:PORT` or `http://HOST:PORT`, or several with commas "
                + "between them, not `ftp://x`",
            "Usage: bayplan ps [OPTIONS]"
        ),
    ])
    func `shows how it is used when it is used wrongly`(words: [String], sentence: String, usage: String)
        async throws
    {
        let run = try await bayplan(
            words[0], words.dropFirst().first ?? "--timeout=30s", words.count > 2 ? words[2] : "--config=/c",
            files: ["/c": ""], addressed: false)
        #expect(run.code == .usage)
        let lines = run.notes.split(separator: "\n").map(String.init)
        #expect(lines.first == "bayplan: \(sentence)")
        #expect(lines.last == usage)
    }

    @Test func `takes its address from flag, environment and file, in that order`() async throws {
        let place = ["BAYPLAN_URL": "unix:///e"]
        let files = ["/home/u/.config/bayplan/bayplan.yaml": "socket: /f\n"]
        let none = try await bayplan("ps", environment: ["HOME": "/home/u"], files: files, addressed: false)
        #expect(none.notes.contains("unix:///f:"))
        let environment = try await bayplan(
            "ps", environment: place.merging(["HOME": "/home/u"]) { $1 }, files: files, addressed: false)
        #expect(environment.notes.contains("unix:///e:"))
        let flag = try await bayplan("ps", "--socket", "/x", environment: place, addressed: false)
        #expect(flag.notes.contains("unix:///x:"))
        let both = try await bayplan("ps", "--socket", "/x")
        #expect(both.code == .usage)
        #expect(both.notes.contains("flag --url and flag --socket both say"))
        let broken = try await bayplan(
            "ps", files: ["/etc/bayplan/bayplan.yaml": "sokcet: /x\n"], addressed: false)
        #expect(broken.code == .usage)
        #expect(
            broken.notes.contains(
                "/etc/bayplan/bayplan.yaml:1:1: `sokcet` is no setting of this program; did you mean `socket`?"
            ))
    }

    @Test func `shows settings with their origin, its own and the aggregator's`() async throws {
        let run = try await bayplan(
            "config", "show", environment: ["BAYPLAN_TIMEOUT": "5s"], answer: routes(FleetFixture.all))
        #expect(run.code == .ok)
        let timeout = try #require(run.lines.first { $0.hasPrefix("timeout ") })
        #expect(
            timeout.split(separator: " ").joined(separator: " ") == "timeout 5s environment BAYPLAN_TIMEOUT")
        #expect(run.output.contains("http      127.0.0.1:4681   default"))
        let json = try await bayplan("config", "show", "-o", "json", addressed: false)
        #expect(json.code == .partial)
        let value = try JSONValue(parsing: Array(json.output.utf8))
        #expect(value["client"]?[1]?["origin"]?.string == "default")
        #expect(value["aggregator"] == .null)
    }

    @Test func `knows its version and the aggregator's`() async throws {
        let run = try await bayplan("version", answer: routes(FleetFixture.all))
        #expect(run.lines == ["bayplan     0.2.0", "aggregator  0.1.0 (API v1, agent protocols 1)"])
        let alone = try await bayplan("--version", addressed: false)
        #expect(alone.lines.first == "bayplan     0.2.0")
        #expect(alone.code == .ok)
    }

    @Test func `explains itself to somebody new`() async throws {
        let overview = try await bayplan("help", addressed: false)
        for word in ["ps ", "inspect", "host ls", "stack ps", "watch", "BAYPLAN_URL", "bayplan ps"] {
            #expect(overview.output.contains(word))
        }
        for words in [["help", "ps"], ["ps", "--help"], ["container", "ls", "-h"]] {
            let help = try await bayplan(
                words[0], words[1], words.count > 2 ? words[2] : "-h", addressed: false)
            #expect(help.code == .ok)
            if words[0] != "help" { #expect(help.output.hasPrefix("Usage: bayplan ps [OPTIONS]\n")) }
            #expect(help.output.contains("Examples:"))
            for line in help.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        }
        #expect(try await bayplan("host", "--help", addressed: false).output.contains("host rm"))
        #expect(try await bayplan("help", "nope", addressed: false).code == .usage)
    }
}

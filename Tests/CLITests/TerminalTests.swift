import CLI
import OS
import TestSupport
import Testing

/// Issue 3: a terminal 20 columns wide, pagers, colours, `| head -1`: the real program in a real pseudo terminal.
@Suite(.serialized) struct `In a real terminal, bayplan` {
    /// Runs a shell command line in a pseudo terminal of that size and prints all that came out of it.
    private static let program = #"""
        import os, pty, sys, fcntl, termios, struct, select
        columns, rows, keys, line = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode(), sys.argv[4]
        pid, screen = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execv("/bin/sh", ["/bin/sh", "-c", line])
        out = b""
        while True:
            ready, _, _ = select.select([screen], [], [], 20)
            if not ready: break
            try: data = os.read(screen, 65536)
            except OSError: break
            if not data: break
            out += data
            # The keys come once something is shown and the pager waits.
            if keys and b"\x1b[K" in out or keys and b":" in out[-8:]: os.write(screen, keys); keys = b""
        _, status = os.waitpid(pid, 0)
        sys.stdout.buffer.write(out.replace(b"\r\n", b"\n"))
        sys.exit(os.waitstatus_to_exitcode(status))
        """#

    private func run(
        columns: Int, rows: Int = 60, keys: String = "", environment: [String: String] = [:], _ words: String
    ) async throws -> (status: Int32, lines: [String], text: String) {
        let stub = try StubAggregator(answer: routes(FleetFixture.all))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "stub") { await stub.run() }
            let socket = stub.address.description.replacing("unix://", with: "")
            let line = words.replacing("BAYPLAN", with: "\(Places.binary("bayplan")) --socket '\(socket)'")
            let variables = ["TERM": "xterm-256color", "NO_COLOR": "", "HOME": "/nonexistent"].merging(
                environment
            ) { $1 }
            let run = try await ProcessFixture.run(
                "/usr/bin/python3", ["-c", Self.program, "\(columns)", "\(rows)", keys, line],
                environment: variables,
                within: .seconds(60))
            ToolUse.record("python3-pty")
            group.cancelAll()
            let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
                String.init)
            return (run.status, lines, run.output)
        }
    }

    /// A line without the colours in it.
    private func plain(_ line: String) -> String { line.replacing(#/\u{1b}\[[0-9;]*m/#, with: "") }

    @Test(
        arguments: [8, 20, 30, 40, 60, 80, 200],
        ["ps -a", "ps -a -o wide", "host ls", "stack ls", "stack ps shop"])
    func `never breaks a line`(columns: Int, words: String) async throws {
        let (status, lines, _) = try await run(columns: columns, "BAYPLAN \(words) 2>/dev/null")
        #expect(status == 0)
        #expect(lines.count >= 2)
        for line in lines { #expect(DisplayWidth.of(plain(line)) <= columns, "\(line)") }
        if columns >= 20, words.hasPrefix("ps") {
            #expect(lines[0].hasPrefix("HOST") && plain(lines[2]).hasSuffix("web"))
        }
    }

    @Test func `colours unless that is unwanted`() async throws {
        let (_, _, coloured) = try await run(columns: 200, "BAYPLAN ps -a 2>/dev/null")
        #expect(coloured.contains("\u{1b}[33mnode2"))
        for (line, environment) in [
            ("BAYPLAN ps -a", ["NO_COLOR": "1"]), ("BAYPLAN ps -a", ["TERM": "dumb"]),
            ("BAYPLAN ps -a --color never", [:]), ("BAYPLAN ps -a | cat", [:]),
        ] {
            let (_, _, text) = try await run(columns: 200, environment: environment, "\(line) 2>/dev/null")
            #expect(text.contains("node2 (stale 3m)") && !text.contains("\u{1b}"))
        }
        let (_, _, always) = try await run(
            columns: 200, environment: ["NO_COLOR": "1"], "BAYPLAN ps -a --color always | cat")
        #expect(always.contains("\u{1b}[33mnode2"))
    }

    @Test func `pages what is longer than the screen`() async throws {
        let (status, _, text) = try await run(
            columns: 80, rows: 3, keys: "q", "env -u PAGER -u LESS BAYPLAN ps -a 2>/dev/null")
        ToolUse.record("less")
        #expect(status == 0)
        #expect(text.contains("NAMES") && !text.contains("busybox"))
        let marked = ["BAYPLAN_PAGER": "sed 's/^/> /'", "PAGER": "false"]
        #expect(
            try await run(columns: 80, rows: 3, environment: marked, "BAYPLAN ps -a 2>/dev/null").lines
                .allSatisfy { $0.hasPrefix("> ") })
        for (line, environment) in [
            ("BAYPLAN ps -a --no-pager", marked), ("BAYPLAN ps -a | cat", marked),
            ("BAYPLAN ps -a", ["PAGER": ""]),
            ("BAYPLAN ps -a", ["BAYPLAN_PAGER": "", "PAGER": "false"]),
            ("BAYPLAN ps -a", ["PAGER": "/nonexistent/pager -x"]),
        ] {
            let (status, _, text) = try await run(
                columns: 80, rows: 3, environment: environment, "\(line) 2>/dev/null")
            #expect(status == 0)
            #expect(
                text.contains("HOST") && text.contains("old") && !text.contains("> "),
                "\(line) \(environment)")
        }
        let (_, short, _) = try await run(
            columns: 80, rows: 30, environment: marked, "BAYPLAN ps -a 2>/dev/null")
        #expect(short.allSatisfy { !$0.hasPrefix("> ") })
    }

    @Test func `is quiet when nobody reads on, or the pager is left early`() async throws {
        let (status, lines, _) = try await run(
            columns: 80, "BAYPLAN ps -a 2>/dev/null | head -1; BAYPLAN ps -a -o json | true")
        #expect(status == 0 && lines.count == 1)
        let early = try await run(
            columns: 80, rows: 3, environment: ["PAGER": "head -1"], "BAYPLAN ps -a 2>/dev/null; echo $?")
        #expect(early.lines.count == 2 && early.lines.last == "0")
    }
}

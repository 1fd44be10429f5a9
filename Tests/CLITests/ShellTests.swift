import OS
import TestSupport
import Testing

/// The completion scripts in the real shells, with a stub in the aggregator's place.
@Suite(.serialized, .timeLimit(.minutes(2))) struct `A shell with the script` {
    /// Runs a shell's script text and gives what it wrote to standard output.
    private func output(
        _ shell: String, _ script: String, containers: String = FleetFixture.containers
    ) async throws -> [String] {
        ToolUse.record(shell)
        var table = FleetFixture.all
        table["GET /api/v1/containers?"] = containers
        let stub = try StubAggregator(answer: routes(table))
        return try await TemporaryDirectory.with { folder in
            let environment = [
                "PATH": "\(Places.binaries):/usr/bin:/bin", "HOME": folder, "XDG_CONFIG_HOME": folder,
                "BAYPLAN_URL": stub.address.description, "BAYPLAN_COMPLETION_TIMEOUT": "60s", "TERM": "xterm",
                "LC_ALL": "C.UTF-8",
            ]
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask(name: "stub") { await stub.run() }
                defer { group.cancelAll() }
                let arguments =
                    shell == "bash"
                    ? ["--norc", "-c"] : shell == "zsh" ? ["-f", "-c"] : ["--no-config", "-c"]
                let process = try Subprocess(
                    "/usr/bin/\(shell)", arguments + [script], environment: environment)
                var text: [UInt8] = []
                while true {
                    let piece = try await process.output.read(atMost: 65_536, deadline: .after(.seconds(30)))
                    if piece.isEmpty { break }
                    text += piece
                }
                _ = await process.wait(deadline: .after(.seconds(10)))
                return String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map(
                    String.init)
            }
        }
    }

    /// Asks bash as readline does: the line cut at its word breaks, the cursor at its end.
    private func bash(
        _ line: String, _ words: [String], containers: String = FleetFixture.containers
    ) async throws -> [String] {
        let list = words.map {
            "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
        }
        let quotedLine =
            "'" + line.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
            + "'"
        return try await output(
            "bash",
            """
            source <(bayplan completion bash)
            complete -p bayplan >/dev/null || exit 1
            COMP_LINE=\(quotedLine); COMP_POINT=${#COMP_LINE}
            COMP_WORDS=(\(list.joined(separator: " "))); COMP_CWORD=\(words.count - 1)
            _bayplan bayplan
            printf '%s\\n' "${COMPREPLY[@]}"
            """, containers: containers)
    }

    @Test func `completes commands, options, values and names in bash`() async throws {
        #expect(
            try await bash("bayplan host ", ["bayplan", "host", ""]) == [
                "discover", "health", "inspect", "ls", "rm",
            ])
        #expect(try await bash("bayplan ps --no-t", ["bayplan", "ps", "--no-t"]) == ["--no-trunc"])
        #expect(try await bash("bayplan inspect w", ["bayplan", "inspect", "w"]) == ["web"])
        // readline cuts at `=` and replaces only what stands behind it.
        #expect(
            try await bash("bayplan ps --host=n", ["bayplan", "ps", "--host", "=", "n"]) == [
                "node1", "node2",
            ])
        #expect(
            try await bash("bayplan  ps  -f health=h", ["bayplan", "ps", "-f", "health", "=", "h"]) == [
                "healthy"
            ])
        #expect(try await bash("bayplan inspect \"w", ["bayplan", "inspect", "\"w"]) == ["web"])
    }

    private static let hostile = #"""
        {"items":[{"host":"h1","id":"\#(FleetFixture.webID)","name":"we b$(touch pwned);'","status":{"state":"running"}}]}
        """#

    @Test func `quotes what bash would run`() async throws {
        #expect(
            try await bash("bayplan inspect w", ["bayplan", "inspect", "w"], containers: Self.hostile)
                == [#"we\ b\$\(touch\ pwned\)\;\'"#])
        #expect(
            try await bash(
                #"bayplan inspect we\ b"#, ["bayplan", "inspect", #"we\ b"#], containers: Self.hostile)
                == [#"we\ b\$\(touch\ pwned\)\;\'"#])
    }

    @Test func `completes in fish, and fish quotes`() async throws {
        let script = "bayplan completion fish | source; complete -C "
        let flags = try await output("fish", script + "'bayplan ps --h'")
        #expect(flags.map { String($0.prefix { $0 != "\t" }) } == ["--help", "--host", "--host-selector"])
        #expect(flags[1].hasSuffix("\tOnly containers of this host, by id or name"))
        #expect(try await output("fish", script + "'bayplan inspect w'") == ["web\trunning on node1"])
        #expect(
            try await output("fish", script + "'bayplan ps --host=n'") == [
                "--host=node1\tlive", "--host=node2\tsilent",
            ])
        #expect(try await output("fish", script + "'bayplan ps -o '").contains("json"))
        let hostile = try await output("fish", script + "'bayplan inspect w'", containers: Self.hostile)
        #expect(hostile.map { String($0.prefix { $0 != "\t" }) } == ["we b$(touch pwned);'"])
    }

    /// What stands on zsh's line after a tab, in a pseudo-terminal of zsh's own.
    private func zsh(_ line: String, containers: String = FleetFixture.containers) async throws -> String {
        let lines = try await output(
            "zsh",
            """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1=; unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; bayplan completion zsh >s; source ./s"
            zpty -w shell 'show() { print -r -- "<<$BUFFER>>"; BUFFER=; zle accept-line }; zle -N show; bindkey "^X" show; echo rea""dy'
            zpty -r -m shell seen '*ready*'
            zpty -n -w shell $'\(line)\\t\\x18'
            zpty -r -m shell seen '*>>*'
            print -r -- "$seen"
            zpty -d shell
            """.replacingFolder(), containers: containers)
        let text = lines.joined(separator: "\n")
        guard let start = text.lastRange(of: "<<"), let end = text.lastRange(of: ">>") else { return text }
        return String(text[start.upperBound..<end.lowerBound])
    }

    @Test func `completes in zsh, and zsh quotes`() async throws {
        #expect(try await zsh("bayplan inspect w") == "bayplan inspect web ")
        #expect(try await zsh("bayplan ps --no-t") == "bayplan ps --no-trunc ")
        #expect(
            try await zsh("bayplan ps --host=node1 --stack sh") == "bayplan ps --host=node1 --stack shop ")
        #expect(try await zsh("bayplan ps -f heal") == "bayplan ps -f health=")
        #expect(
            try await zsh("bayplan inspect we", containers: Self.hostile)
                == #"bayplan inspect we\ b\$\(touch\ pwned\)\;\' "#)
    }
}

extension String {
    /// The script begins in the folder that is the shell's home.
    fileprivate func replacingFolder() -> String { "cd $HOME\n" + self }

    fileprivate func lastRange(of text: String) -> Range<String.Index>? { ranges(of: text).last }
}

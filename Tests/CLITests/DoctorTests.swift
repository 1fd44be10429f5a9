import CLI
import Inventory
import OS
import Testing

/// Row B19: `bayplan doctor`.
@Suite struct `The doctor` {
    private static let version = #"{"version":"\#(bayplanVersion)","apiVersion":"v1","protocols":[1]}"#
    private static let well = #"{"checks":[{"name":"hosts","summary":"2 of 2 live","findings":[]}]}"#

    private static func ill(_ severity: String) -> String {
        #"""
        {"checks":[{"name":"hosts","summary":"1 of 2 live","findings":[{"code":"host-old","severity":"\#(severity)",
        "subject":"host attic","what":"Gone\u001b[31m.","fix":"Look."}]}]}
        """#
    }

    private func doctor(_ diagnosis: String, _ arguments: String..., terminal: Terminal? = nil) async throws
        -> Run
    {
        let answer = routes([
            "GET /api/v1/version": Self.version, "GET /api/v1/diagnosis": diagnosis,
        ])
        return arguments.isEmpty
            ? try await bayplan("doctor", terminal: terminal, answer: answer)
            : try await bayplan("doctor", "-o", "json", terminal: terminal, answer: answer)
    }

    @Test func `says that all is well, a line for each thing`() async throws {
        let run = try await doctor(Self.well)
        #expect(run.code == .ok)
        #expect(run.lines.map { $0.prefix(2) } == ["✓ ", "✓ ", "✓ ", "✓ ", "Al"])
        #expect(run.output.contains("✓ hosts        2 of 2 live\n") && !run.output.contains("\u{1b}"))
        #expect(run.requests == ["GET /api/v1/version", "GET /api/v1/diagnosis"])
    }

    @Test(arguments: [("error", ExitCode.failed), ("warning", .partial)])
    func `tells scripts how bad it is, and people what to do`(severity: String, code: ExitCode) async throws {
        let run = try await doctor(Self.ill(severity))
        #expect(run.code == code)
        #expect(run.output.contains("! hosts        1 of 2 live\n    host attic: Gone"))
        #expect(run.output.contains("[host-old]\n    → Look.\n"))
        #expect(!run.output.contains("\u{1b}"))
        let document = try await doctor(Self.ill(severity), "-o json")
        #expect(
            document.code == code && document.output.contains(#""code":"host-old","severity":"\#(severity)""#)
        )
    }

    @Test func `has colours only where a terminal wants them`() async throws {
        let colourful = try await doctor(Self.ill("error"), terminal: Terminal(width: 80, hasColour: true))
        #expect(colourful.output.contains("\u{1b}[31m!\u{1b}[0m") && colourful.output.contains("\u{1b}[32m✓"))
        let plain = try await doctor(Self.ill("error"), terminal: Terminal(width: 80, hasColour: false))
        #expect(!plain.output.contains("\u{1b}"))
    }

    @Test func `notices another release`() async throws {
        let run = try await bayplan(
            "doctor",
            answer: routes(["GET /api/v1/version": #"{"version":"9"}"#, "GET /api/v1/diagnosis": Self.well]))
        #expect(run.code == .partial && run.output.contains("[client-release]"))
    }

    @Test(arguments: [
        (["--socket", "/nonexistent/x.sock"], "socket-missing", ExitCode.unreachable),
        (["--url", "http://127.0.0.1:1"], "refused", .unreachable),
        (["--url", "http://no-such-host.invalid:4681", "--timeout", "5s"], "name-unknown", .unreachable),
    ])
    func `says which step of the way fails`(arguments: [String], code: String, exit: ExitCode) async throws {
        let run = try await bayplan(
            "doctor", arguments[0], arguments[1], addressed: false, answer: { _ in .init(status: 404) })
        // A machine without name servers can't tell an unknown name from a silent server.
        if code == "name-unknown", run.output.contains("[no-answer]") { return }
        #expect(
            run.code == exit && run.output.contains("! connection   none") && run.output.contains("[\(code)]")
        )
    }

    @Test func `says that a token can't be used`() async throws {
        let run = try await bayplan(
            "doctor", "--token-file", "/nonexistent/token", addressed: false,
            answer: { _ in .init(status: 404) })
        #expect(run.code == .notAllowed)
        #expect(
            run.output.contains("! place        none (flag --token-file)")
                && run.output.contains("[token-unusable]"))
    }

    @Test(arguments: [
        (401, "denied", ExitCode.notAllowed), (403, "denied", .notAllowed), (404, "answer-unusable", .failed),
        (500, "answer-unusable", .failed), (504, "no-answer", .timedOut),
    ])
    func `says what is wrong with an answer`(status: Int, code: String, exit: ExitCode) async throws {
        let run = try await bayplan("doctor") { _ in .init(status: status, body: "{}") }
        #expect(run.code == exit && run.output.contains("✓ connection") && run.output.contains("[\(code)]"))
    }

    @Test(arguments: ["", "[]", "{}", #"{"version":1}"#])
    func `is not fooled by something else that answers`(body: String) async throws {
        let run = try await bayplan("doctor") { _ in .init(body: body) }
        #expect(run.code == .failed && run.output.contains("[answer-unusable]"))
    }

    /// Every code has its explanation, and nothing is explained that can't be found.
    @Test func `knows exactly the findings that docs_operations_md explains`() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = String(decoding: try readFile("\(root)/docs/operations.md", limit: 1 << 20), as: UTF8.self)
        let section =
            page.split(separator: "\n## ").first { $0.hasPrefix("What `bayplan doctor` finds") } ?? ""
        let codes = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { line in
            line.dropFirst(3).split(separator: "`").first.map(String.init)
        }
        #expect(Set(codes) == Set(FindingCode.allCases.map(\.rawValue)))
        #expect(Set(codes).count == codes.count)
    }
}

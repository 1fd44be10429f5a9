import CLI
import OS
import Settings
import Synchronization

/// What came of one call of the program.
struct Run: Sendable {
    var code: ExitCode
    var output: String
    var notes: String
    var requests: [String]

    var lines: [String] {
        output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}

/// Text that was written.
final class Page: Sink {
    private let text = Mutex<[UInt8]>([])
    private let limit: Int

    /// A page that closes after so many bytes, as a pipe does when its reader goes away.
    init(limit: Int = .max) { self.limit = limit }

    var string: String { text.withLock { String(decoding: $0, as: UTF8.self) } }

    func write(_ bytes: [UInt8]) throws(Failure) {
        let isFull = text.withLock { text -> Bool in
            text += bytes
            return text.count > limit
        }
        if isFull { throw .outputClosed }
    }
}

/// 2026-11-20T11:04:54Z.
let testNow: Int64 = 1_795_172_694_000

/// Runs the program against a stub aggregator that answers as told.
func bayplan(
    _ arguments: String..., environment: [String: String] = [:], files: [String: String] = [:],
    terminal: Terminal? = nil, outputLimit: Int = .max, addressed: Bool = true,
    answer: @escaping @Sendable (String) -> StubAggregator.Answer = { _ in .init(status: 404, body: "{}") },
) async throws -> Run {
    try await bayplan(
        words: arguments, environment: environment, files: files, terminal: terminal,
        outputLimit: outputLimit,
        addressed: addressed, answer: answer)
}

/// Runs the program with the words in an array; where one of them is `__complete`, the environment names the stub.
func bayplan(
    words arguments: [String], environment: [String: String] = [:], files: [String: String] = [:],
    terminal: Terminal? = nil, outputLimit: Int = .max, addressed: Bool = true,
    answer: @escaping @Sendable (String) -> StubAggregator.Answer = { _ in .init(status: 404, body: "{}") },
) async throws -> Run {
    let stub = try StubAggregator(answer: answer)
    let isCompletion = arguments.first == "__complete"
    let (output, notes) = (Page(limit: outputLimit), Page())
    let input = SettingsInput(
        arguments: arguments + (addressed && !isCompletion ? ["--url", stub.address.description] : []),
        environment: { name in
            name == "BAYPLAN_URL" && isCompletion && addressed ? stub.address.description : environment[name]
        },
    ) { (path, _) throws(SettingsInput.FileProblem) in
        guard let text = files[path] else { throw .missing }
        return Array(text.utf8)
    }
    let surroundings = Surroundings(
        input: input, output: output, notes: notes, terminal: terminal, now: { testNow },
        connector: { SocketConnector($0) },
        // A watch that waits between two tries doesn't need to in a test, but must let others run.
        sleep: { _ in
            try Task.checkCancellation()
            await Task.yield()
        })
    return await withTaskGroup(of: Void.self) { group in
        group.addTask(name: "stub") { await stub.run() }
        let code = await CommandLineTool(surroundings).run()
        group.cancelAll()
        return Run(code: code, output: output.string, notes: notes.string, requests: stub.requests)
    }
}

/// A route table for a stub: by the whole request line, or by its beginning where the key ends with `?`.
func routes(_ table: [String: String]) -> @Sendable (String) -> StubAggregator.Answer {
    { request in
        let key = table.keys.first { $0 == request || $0.hasSuffix("?") && request.hasPrefix($0) }
        guard let key, let body = table[key] else {
            return .init(
                status: 404, type: "application/problem+json", body: #"{"detail":"There is no \#(request)."}"#
            )
        }
        return .init(body: body)
    }
}

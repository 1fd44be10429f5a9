internal import Glibc
package import OS
internal import Synchronization

/// A real program under test: started, read, signalled, awaited, and killed when the test lets go of it.
package final class ProcessFixture: Sendable {
    /// The last so many bytes of each output are kept.
    package static let outputLimit = 4 << 20

    private let process: Subprocess
    private let name: String
    private let output = Captured()
    private let errors = Captured()
    private let readers: [Task<Void, Never>]

    /// Starts a program; a name without a slash is one that was built beside the tests.
    ///
    /// - Parameters:
    ///   - program: Its path or name.
    ///   - arguments: What follows the name.
    ///   - environment: Variables added to, or replacing, our own.
    /// - Throws: Why it could not be started.
    package init(_ program: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let path = program.contains("/") ? program : Places.binary(program)
        let variables = ThisProcess.environment().merging(environment) { $1 }
        let process = try Subprocess(path, arguments, environment: variables)
        self.process = process
        name = program
        readers = [(process.output, output), (process.errors, errors)].map { pipe, captured in
            Task(name: "output of \(program)") { await captured.readAll(of: pipe) }
        }
    }

    deinit {
        process.signal(SIGKILL)
        for reader in readers { reader.cancel() }
    }

    /// The process's number.
    package var id: Int32 { process.id }

    /// What it has written to its standard output so far.
    package var outputText: String { output.text }

    /// What it has written to its standard error so far.
    package var errorText: String { errors.text }

    /// Sends a signal by number: 15 to end it, 9 to kill it, 1 for SIGHUP, 19 and 18 to stop it and go on.
    package func signal(_ number: Int32) {
        process.signal(number)
    }

    /// Waits for a line that contains `text`, on either output, and returns it.
    ///
    /// - Throws: `NeverHappened` with all its output when the line does not come, or the program ends first.
    package func waitForLine(containing text: String, within limit: Duration = .seconds(10)) async throws
        -> String
    {
        let deadline = Deadline.after(limit)
        while true {
            let ending = await process.wait(deadline: .after(.zero))
            if ending != nil { await settle() }
            for captured in [output, errors] {
                if let line = captured.lines.first(where: { $0.contains(text) }) { return line }
            }
            guard ending == nil, !deadline.hasPassed() else {
                let state = ending.map { "it ended with \($0)" } ?? "it still runs"
                throw NeverHappened(
                    sentence: "\(name) wrote no line with \"\(text)\" (\(state)):\n\(outputText)\(errorText)")
            }
            try await BootClock().sleep(for: .milliseconds(5))
        }
    }

    /// Waits for its end and for the rest of its output.
    ///
    /// - Throws: `NeverHappened` with its output when it still runs after `limit`; it is then killed.
    @discardableResult
    package func waitForExit(within limit: Duration = .seconds(10)) async throws -> Subprocess.Ending {
        guard let ending = await process.wait(deadline: .after(limit)) else {
            process.signal(SIGKILL)
            throw NeverHappened(
                sentence: "\(name) did not end within \(limit):\n\(outputText)\(errorText)")
        }
        await settle()
        return ending
    }

    /// Starts a program, waits for its end, and returns how it ended and what it wrote.
    ///
    /// - Throws: Why it could not be started, or `NeverHappened`.
    package static func run(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
        within limit: Duration = .seconds(30)
    ) async throws -> Finished {
        let process = try ProcessFixture(program, arguments, environment: environment)
        let ending = try await process.waitForExit(within: limit)
        return Finished(ending: ending, output: process.outputText, errors: process.errorText)
    }

    /// Waits for the last output of a program that has ended; a child of its own may hold it open, so not for long.
    private func settle() async {
        try? await eventually(within: .seconds(1)) { output.isComplete && errors.isComplete }
    }

    /// A program that has ended.
    package struct Finished: Sendable {
        /// How it ended.
        package let ending: Subprocess.Ending
        /// What it wrote to standard output.
        package let output: String
        /// What it wrote to standard error.
        package let errors: String

        /// Its exit status; 128 and the signal's number when a signal ended it.
        package var status: Int32 {
            switch ending {
            case .exited(let status): status
            case .signalled(let signal): 128 + signal
            }
        }
    }
}

/// The end of what a program wrote.
private final class Captured: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isComplete = false
    }

    private let state = Mutex(State())

    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    var isComplete: Bool { state.withLock { $0.isComplete } }

    /// Whole lines; what comes after the last line feed counts once nothing more can come.
    var lines: [String] {
        let (text, isComplete) = state.withLock { (String(decoding: $0.bytes, as: UTF8.self), $0.isComplete) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return isComplete ? lines : lines.dropLast()
    }

    func readAll(of pipe: PipeReader) async {
        while let more = try? await pipe.read(atMost: 65_536, deadline: .never), !more.isEmpty {
            state.withLock { state in
                state.bytes += more
                let surplus = state.bytes.count - ProcessFixture.outputLimit
                if surplus > ProcessFixture.outputLimit / 4 { state.bytes.removeFirst(surplus) }
            }
        }
        state.withLock { $0.isComplete = true }
    }
}

internal import JSON
internal import TestSupport

/// A program that has run to its end, with its output.
struct Command {
    let status: Int32
    let text: String
    let errors: String

    /// The command did not do what it was asked for.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a program whatever its exit status.
    ///
    /// - Throws: When it can't be started, or was killed after `limit`.
    static func run(
        _ path: String, _ arguments: [String], within limit: Duration = .seconds(90)
    ) async throws -> Command {
        let finished = try await ProcessFixture.run(path, arguments, within: limit)
        return Command(status: finished.status, text: finished.output, errors: finished.errors)
    }

    /// Runs a program that must end with status 0, and answers its standard output.
    @discardableResult
    static func output(
        _ path: String, _ arguments: [String], within limit: Duration = .seconds(90)
    ) async throws -> String {
        let command = try await run(path, arguments, within: limit)
        guard command.status == 0 else {
            throw Failure(
                description: """
                    \(path) \(arguments.joined(separator: " ")): exit status \(command.status)
                    \(command.errors.suffix(2_000))
                    """)
        }
        return command.text
    }
}

extension JSONValue {
    /// The value of a text that must be one JSON value.
    static func parse(_ text: some StringProtocol) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8))
    }

    /// The values of a text with one JSON value per line.
    static func lines(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").map { try parse($0) }
    }
}

/// Waits until a question is answered with yes; a question that fails is asked again.
///
/// - Returns: How long it took.
@discardableResult
func wait(
    for what: String, within limit: Duration, _ question: () async throws -> Bool
) async throws -> Duration {
    let began = ContinuousClock.now
    var problem = ""
    do {
        try await eventually(within: limit, what) {
            do {
                problem = ""
                return try await question()
            } catch {
                problem = " (\(error))"
                return false
            }
        }
    } catch { throw Command.Failure(description: "not within \(limit): \(what)\(problem)") }
    return ContinuousClock.now - began
}

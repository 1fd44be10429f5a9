internal import OS

/// Waits until a condition holds, looking every few milliseconds.
///
/// `what` names what is waited for, for the message.
///
/// - Throws: `NeverHappened` when the time is over, or whatever `condition` throws.
package func eventually(
    within limit: Duration = .seconds(5), _ what: String = "the condition", file: StaticString = #fileID,
    line: UInt = #line, _ condition: () async throws -> Bool
) async throws {
    let deadline = Deadline.after(limit)
    var pause = Duration.milliseconds(1)
    while true {
        if try await condition() { return }
        if deadline.hasPassed() {
            throw NeverHappened(sentence: "\(file):\(line): \(what) did not come within \(limit)")
        }
        try await BootClock().sleep(for: pause)
        pause = min(pause * 2, .milliseconds(20))
    }
}

/// Waits until a question has an answer, and returns it.
///
/// - Throws: `NeverHappened` when the time is over, or whatever `question` throws.
package func eventuallySome<Answer>(
    within limit: Duration = .seconds(5), _ what: String = "an answer", file: StaticString = #fileID,
    line: UInt = #line, _ question: () async throws -> Answer?
) async throws -> Answer {
    var found: Answer?
    try await eventually(within: limit, what, file: file, line: line) {
        found = try await question()
        return found != nil
    }
    guard let found else { throw NeverHappened(sentence: "\(file):\(line): \(what) did not come") }
    return found
}

/// A wait that ended without what was waited for.
package struct NeverHappened: Error, CustomStringConvertible {
    /// Where it was waited, and for what.
    package let sentence: String
    /// The sentence.
    package var description: String { sentence }
}

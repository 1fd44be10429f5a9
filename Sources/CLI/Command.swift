import Settings

/// One command of `bayplan`: its words, its options, what it is for, and what it does.
struct Command: Sendable {
    /// The words that call it, such as `host ls`.
    let name: String

    /// Other words that call it.
    var aliases: [String] = []

    /// What the list of commands says about it.
    let summary: String

    /// What stands behind the words in the usage line.
    let usage: String

    /// What its own help says about it.
    let about: String

    /// Its own options.
    var options: [any SettingDeclaration] = []

    /// How many words it takes besides.
    var arguments: ClosedRange<Int> = 0...0

    /// Command lines, without the program's name, and what each does.
    var examples: [(command: String, does: String)] = []

    /// What it does when there is no way to an aggregator, as with a token that can't be used; nil: it fails.
    var runWithoutWay: (@Sendable (Configuration, Surroundings, Failure) throws(Failure) -> ExitCode)?

    /// Whether nothing is asked of an aggregator, so that no connection needs to be right.
    var isLocal = false

    /// Does it.
    let run: @Sendable (Invocation) async throws(Failure) -> ExitCode
}

/// One call of a command.
struct Invocation: Sendable {
    /// The values of all options.
    let settings: Configuration

    /// The words behind the command.
    let arguments: [String]

    /// The world.
    let surroundings: Surroundings

    /// The aggregator.
    let api: APIClient

    /// Writes a note to standard error, a line for each of its lines; a closed standard error is no reason to stop.
    func note(_ sentence: String) {
        for line in sentence.split(separator: "\n") {
            try? surroundings.notes.line("bayplan: \(TerminalText.safe(String(line)))")
        }
    }
}

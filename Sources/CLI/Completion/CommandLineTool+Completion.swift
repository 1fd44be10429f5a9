import OS
import Settings

extension CommandLineTool {
    /// The hidden command that the shells' scripts call.
    static let completionWord = "__complete"

    /// Answers a shell's script: `__complete SHELL WORD... CURRENT`; silent whatever is wrong.
    func complete(_ arguments: [String]) async {
        guard let shell = arguments.first.flatMap(CompletionScript.Shell.init) else { return }
        // zsh and fish hand over words without their quotes, but for the one that is still typed in fish.
        let raw = Array(arguments.dropFirst())
        let words = raw.dropLast().map { shell == .bash ? ShellWord($0).text : $0 }
        let last = raw.last ?? ""
        let current = shell == .zsh ? ShellWord(plain: last) : ShellWord(last)
        let completer = Completer(words: words, current: current.text) { subject in
            await CompletionNames(api: api(words), environment: surroundings.input.environment).names(subject)
        }
        let completion = await completer.completion()
        try? surroundings.output.write(Array(completion.lines(for: shell, current: current).utf8))
    }

    /// The aggregator that the words name, else the one of the environment and the file.
    private func api(_ words: [String]) -> APIClient? {
        let spoken = Self.everyOption.argumentPlaces(in: words).map { words[$0] }
        let own = Self.command(spoken).map { table($0.0) } ?? Self.everyOption
        // An option whose value is only being typed is left out; so is everything where that doesn't help.
        for (table, arguments) in [(own, words), (own, Array(words.dropLast())), (Self.everyOption, [])] {
            guard case .run(let settings) = try? resolve(table, arguments),
                let endpoints = try? ClientSettings.endpoints(settings)
            else { continue }
            return try? APIClient(
                endpoints, timeout: settings[ClientSettings.completionTimeout],
                connector: surroundings.connector)
        }
        return nil
    }
}

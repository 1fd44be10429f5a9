import Inventory
import Settings

/// Finds what may stand at the cursor, from the tables that the program itself reads command lines by.
struct Completer {
    /// The words before the one at the cursor, without the program's name.
    let words: [String]

    /// What stands before the cursor of the word there.
    let current: String

    /// Asks for names; gives nothing when they can't be had.
    let names: (CompletionNames.Subject) async -> [Completion.Candidate]

    /// What may stand there.
    func completion() async -> Completion {
        let places = CommandLineTool.everyOption.argumentPlaces(in: words)
        let spoken = places.map { words[$0] }
        let found = CommandLineTool.command(spoken)
        let options = (found?.0.options ?? []).map(\.facts) + ClientSettings.all.map(\.facts)
        switch state(options.filter { $0.sources.contains(.flag) }) {
        case .value(nil): return .files
        case .value(let facts?): return await values(of: facts, current, before: "")
        case .word where current.hasPrefix("-"): return await option(options)
        case .word, .onlyWords: break
        }
        if spoken.first == "help" { return commands(after: Array(spoken.dropFirst())) }
        guard let (command, length) = found else { return commands(after: spoken) }
        if length == 1, spoken.count == 1, HelpPages.isNoun(spoken[0]) {
            let verbs = commands(after: spoken)
            if !verbs.candidates.isEmpty { return verbs }
        }
        guard spoken.count - length < command.arguments.upperBound else { return Completion() }
        return await argument(of: command)
    }

    /// What the word at the cursor is.
    private enum State {
        case word
        case onlyWords
        /// The value of an option; of `--config` if nil.
        case value(SettingFacts?)
    }

    private func state(_ options: [SettingFacts]) -> State {
        var state = State.word
        for word in words {
            if case .onlyWords = state { return state }
            if case .value = state {
                state = .word
            } else if word == "--" {
                state = .onlyWords
            } else if word == "--config" {
                state = .value(nil)
            } else if word.hasPrefix("--") {
                guard let facts = options.first(where: { $0.flagName == word }), !facts.isFlag else {
                    continue
                }
                state = .value(facts)
            } else if word.hasPrefix("-"), word != "-" {
                // Of `-abc` only the last letter can want the next word, and only if those before want none.
                for (index, letter) in word.dropFirst().enumerated() {
                    guard let facts = options.first(where: { $0.short == letter }), !facts.isFlag else {
                        continue
                    }
                    if index == word.count - 2 { state = .value(facts) }
                    break
                }
            }
        }
        return state
    }

    /// Options, or the value behind `--name=`.
    private func option(_ options: [SettingFacts]) async -> Completion {
        let flags = options.filter { $0.sources.contains(.flag) }
        if current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
            let (name, value) = (String(current[..<equals]), String(current[current.index(after: equals)...]))
            if name == "--config" { return .files }
            guard let facts = flags.first(where: { $0.flagName == name }) else { return Completion() }
            return await values(of: facts, value, before: "\(name)=")
        }
        var completion = Completion()
        completion.candidates = flags.map { Completion.Candidate($0.flagName, Self.firstSentence($0.help)) }
        completion.candidates += [
            Completion.Candidate("--config", "YAML file with settings"),
            Completion.Candidate("--help", "Show what the command takes"),
        ]
        return completion
    }

    /// Commands, or the second words of those that begin so.
    private func commands(after spoken: [String]) -> Completion {
        var completion = Completion()
        let all = CommandLineTool.commands.flatMap { command in
            ([command.name] + command.aliases).map {
                (words: $0.split(separator: " ").map(String.init), command)
            }
        }
        for (words, command) in all
        where words.count > spoken.count && Array(words.prefix(spoken.count)) == spoken {
            let word = words[spoken.count]
            let isNoun = words.count > spoken.count + 1
            if completion.candidates.contains(where: { $0.word == word }) { continue }
            let verbs = isNoun ? HelpPages.usageLine(noun: word).split(separator: " ")[3] : ""
            completion.candidates.append(
                Completion.Candidate(word, isNoun ? "\(verbs)" : command.summary))
        }
        if spoken.isEmpty { completion.candidates.append(Completion.Candidate("help", "Explain a command")) }
        return completion
    }

    /// The values of an option, each behind `before`.
    private func values(of facts: SettingFacts, _ text: String, before: String) async -> Completion {
        var completion = Completion()
        if !facts.choices.isEmpty {
            completion.candidates = facts.choices.map { Completion.Candidate($0) }
        } else if facts.isFlag {
            completion.candidates = [Completion.Candidate("true"), Completion.Candidate("false")]
        } else if facts.isSecret || ["PATH", "FILE", "DIR"].contains(facts.placeholder) {
            return .files
        } else if facts.name == "filter" {
            return await filter(text, before: before)
        } else if facts.placeholder == "SELECTOR" {
            guard facts.name == "selector" else { return Completion() }
            // Only the requirement behind the last comma is open.
            let done = text.lastIndex(of: ",").map { String(text[...$0]) } ?? ""
            completion.kind = .open
            completion.candidates = await names(.labelKeys).filter { Self.isSelectorWord($0.word) }
                .map { Completion.Candidate(done + $0.word, $0.about) }
        } else if let subject = CompletionNames.Subject(placeholder: facts.placeholder) {
            completion.candidates = await names(subject)
        }
        completion.candidates = completion.candidates.map { Completion.Candidate(before + $0.word, $0.about) }
        return completion
    }

    /// Docker's filters: the key, then its value behind `=`.
    private func filter(_ text: String, before: String) async -> Completion {
        var completion = Completion()
        guard let equals = text.firstIndex(of: "=") else {
            completion.kind = .open
            let words = ContainerFilters.keys.map { "\($0)=" } + ContainerFilters.numberKeys.map { "\($0)>" }
            completion.candidates = words.map { Completion.Candidate(before + $0) }
            return completion
        }
        var values: [Completion.Candidate] = []
        switch text[..<equals] {
        case "status": values = ContainerFilters.states.map { Completion.Candidate($0) }
        case "health": values = ContainerFilters.healthWords.map { Completion.Candidate($0) }
        case "label": values = await names(.labelKeys)
        case "name", "before", "since": values = await names(.containers)
        default: break
        }
        completion.candidates = values.map {
            Completion.Candidate("\(before)\(text[...equals])\($0.word)", $0.about)
        }
        return completion
    }

    /// Whether a key needs no quotes in a selector.
    private static func isSelectorWord(_ key: String) -> Bool {
        key.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "._-/".utf8.contains(byte)
        }
    }

    /// What a command's usage line names.
    private func argument(of command: Command) async -> Completion {
        var completion = Completion()
        let usage = command.usage.split(separator: " ").last.map(String.init) ?? ""
        if usage.contains("|"), usage.utf8.allSatisfy({ (0x61...0x7C).contains($0) }) {
            completion.candidates = usage.split(separator: "|").map { Completion.Candidate(String($0)) }
        } else if command.name.hasPrefix("context ") {
            completion.candidates = await names(.contexts)
        } else if usage.contains("CONTAINER") {
            completion.candidates = await names(current.contains("/") ? .hostsAndContainers : .containers)
        } else {
            let word = usage.split { "[].".contains($0) }.first.map(String.init) ?? ""
            if let subject = CompletionNames.Subject(placeholder: word) {
                completion.candidates = await names(subject)
            }
        }
        let taken = Set(words)
        completion.candidates.removeAll { taken.contains($0.word) }
        return completion
    }

    private static func firstSentence(_ text: String) -> String {
        guard let end = text.firstRange(of: ". ") else {
            return text.hasSuffix(".") ? String(text.dropLast()) : text
        }
        return String(text[..<end.lowerBound])
    }
}

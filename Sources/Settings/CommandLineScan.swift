/// What a command line says, before any value is read.
///
/// `--name value`, `--name=value`, `-n value`, `-nvalue`, `-abc` for three letters without values, and `--`
/// before words that begin with a dash (POSIX 12.2 and its GNU extension). Flags may stand behind other
/// words.
struct CommandLineScan {
    private(set) var candidates: [String: [Candidate]] = [:]
    private(set) var arguments: [String] = []
    private(set) var places: [Int] = []
    private(set) var wantsHelp = false
    private(set) var wantsVersion = false
    private(set) var file: (path: String, origin: Origin)?
    private(set) var problems: [String] = []

    private let table: SettingsTable
    private let words: [String]
    private var next = 0

    init(_ words: [String], table: SettingsTable) {
        self.words = words
        self.table = table
        var onlyWords = false
        while next < words.count {
            let word = words[next]
            next += 1
            if onlyWords || word == "-" || !word.hasPrefix("-") {
                places.append(next - 1)
                arguments.append(word)
            } else if word == "--" {
                onlyWords = true
            } else if word.hasPrefix("--") {
                takeLong(word)
            } else {
                takeShort(word)
            }
        }
        if !table.takesArguments, let first = arguments.first {
            problems.append("\(quoted(first)) is no option of \(table.program); options begin with `--`")
        }
    }

    private mutating func takeLong(_ word: String) {
        let cut = word.firstIndex(of: "=")
        let name = String(word[..<(cut ?? word.endIndex)])
        let value = cut.map { String(word[word.index(after: $0)...]) }
        switch name {
        case "--help": wantsHelp = true
        case "--version": wantsVersion = true
        case "--config" where table.defaultFile != nil:
            if let path = value ?? following(name, "PATH") { file = (path, .flag(name)) }
        default:
            guard let facts = flags.first(where: { $0.flagName == name }) else { return refuse(name) }
            take(facts, written: facts.flagName, value: value)
        }
    }

    private mutating func takeShort(_ word: String) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            if letter == "h" {
                wantsHelp = true
                continue
            }
            guard let facts = flags.first(where: { $0.short == letter }) else { return refuse("-\(letter)") }
            guard facts.isFlag else {
                if letters.first == "=" { letters = letters.dropFirst() }
                return take(facts, written: "-\(letter)", value: letters.isEmpty ? nil : String(letters))
            }
            take(facts, written: "-\(letter)", value: nil)
        }
    }

    private mutating func take(_ facts: SettingFacts, written: String, value: String?) {
        let text: String
        if let value {
            text = value
        } else if facts.isFlag {
            text = "true"
        } else {
            guard let value = following(written, facts.placeholder) else { return }
            text = value
        }
        let origin = Origin.flag(facts.flagName)
        if candidates[facts.name] == nil {
            candidates[facts.name] = [
                Candidate(texts: [text], origin: origin, place: written, isFilePath: facts.isSecret)
            ]
        } else if facts.isList {
            candidates[facts.name]?[0].texts.append(text)
        } else {
            problems.append("\(written): given twice; give it once")
        }
    }

    private mutating func following(_ flag: String, _ placeholder: String) -> String? {
        guard next < words.count else {
            problems.append("\(flag): needs a value: \(flag) \(placeholder)")
            return nil
        }
        next += 1
        return words[next - 1]
    }

    private mutating func refuse(_ name: String) {
        var known = flags.map(\.flagName) + ["--help", "--version"]
        if table.defaultFile != nil { known.append("--config") }
        problems.append(
            "\(quoted(name)) is no option of \(table.program)\(suggestion(for: name, among: known))")
    }

    private var flags: [SettingFacts] { table.settings.map(\.facts).filter { $0.sources.contains(.flag) } }
}

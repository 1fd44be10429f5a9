/// A word of a command line as a shell has it, with quotes and backslashes, while somebody still types it.
struct ShellWord {
    /// What it means so far.
    private(set) var text = ""

    /// The quote that is open at its end.
    private(set) var openQuote: Character?

    /// A word that has no quotes any more.
    init(plain text: String) { self.text = text }

    /// Reads quotes and backslashes as POSIX shells do (XCU 2.2); nothing is expanded.
    init(_ raw: String) {
        var rest = raw[...]
        while let character = rest.popFirst() {
            switch (character, openQuote) {
            case ("'", nil), ("\"", nil): openQuote = character
            case ("'", "'"), ("\"", "\""): openQuote = nil
            case ("\\", nil): if let next = rest.popFirst() { text.append(next) }
            case ("\\", "\""):
                guard let next = rest.popFirst() else { return }
                if !"\"\\$`".contains(next) { text.append("\\") }
                text.append(next)
            default: text.append(character)
            }
        }
    }

    /// A candidate as bash takes it over: with backslashes, or plain inside an open quote.
    ///
    /// Nil for what can't stand inside that quote.
    func quoted(_ candidate: String) -> String? {
        switch openQuote {
        case "'": return candidate.contains("'") ? nil : candidate
        case "\"": return candidate.contains { "\"\\$`!".contains($0) } ? nil : candidate
        default:
            var quoted = ""
            for scalar in candidate.unicodeScalars {
                let isPlain =
                    !scalar.isASCII || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "_@%+=:,./-".unicodeScalars.contains(scalar)
                if !isPlain { quoted.append("\\") }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted
        }
    }
}

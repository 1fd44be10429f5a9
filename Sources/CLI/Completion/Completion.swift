/// What may stand at the place where somebody types.
struct Completion {
    /// One word, and what it means.
    struct Candidate: Hashable {
        let word: String
        let about: String

        init(_ word: String, _ about: String = "") {
            self.word = word
            self.about = about
        }
    }

    /// What the shell should do.
    enum Kind: String {
        /// Offer the words, and a blank behind the one that is taken.
        case words
        /// Offer the words; more follows without a blank.
        case open
        /// Offer files.
        case files
    }

    var kind = Kind.words
    var candidates: [Candidate] = []

    static let files = Completion(kind: .files)

    /// How many words are offered at most; more help nobody.
    static let most = 1_000

    /// The lines for a shell's script: the kind, then a word and what it means, with a tab between.
    ///
    /// Left out is what doesn't begin as `current` and what a terminal would obey.
    func lines(for shell: CompletionScript.Shell, current: ShellWord) -> String {
        var lines = [kind.rawValue]
        var seen: Set<String> = []
        for candidate in candidates.sorted(by: { $0.word < $1.word })
        where candidate.word.hasPrefix(current.text) && seen.insert(candidate.word).inserted {
            guard lines.count <= Self.most, !candidate.word.isEmpty,
                TerminalText.safe(candidate.word) == candidate.word
            else { continue }
            guard let word = shell == .bash ? current.quoted(candidate.word) : candidate.word else {
                continue
            }
            let about = TerminalText.shortened(TerminalText.safe(candidate.about), to: 80)
            lines.append(about.isEmpty || shell == .bash ? word : "\(word)\t\(about)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

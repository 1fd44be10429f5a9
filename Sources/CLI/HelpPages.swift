import Settings

/// The help that isn't about one command.
enum HelpPages {
    static let usageLine = "Usage: bayplan COMMAND [OPTIONS]; `bayplan help` lists the commands."

    /// What `bayplan` and `bayplan help` show.
    static func overview(width: Int) -> String {
        var text = HelpText(width: width)
        text.add("Usage: bayplan COMMAND [OPTIONS]")
        text.add("")
        text.paragraph(
            """
            Bayplan tells where every container of a fleet is. An agent on each Docker host reports to one \
            aggregator; this program asks the aggregator.
            """)
        for group in CommandLineTool.groups {
            text.add("")
            text.add("\(group.title):")
            for command in group.commands { text.entry(command.name, command.summary, column: 16) }
        }
        text.entry("help", "Explain a command: `bayplan help ps`", column: 16)
        text.add("")
        text.paragraph(
            """
            Without more words it asks the aggregator on this machine, at the socket \
            \(ClientSettings.socket.defaultValue). Another one is named with --token-file FILE, \
            --url https://HOST:PORT or --socket PATH behind any command, or once and for all in the environment, \
            as BAYPLAN_TOKEN_FILE, BAYPLAN_URL or BAYPLAN_SOCKET.
            """)
        text.add("")
        text.add("Try:")
        text.example("bayplan ps", "What runs, on every host.")
        text.example("bayplan inspect web", "Everything about the container `web`.")
        return text.lines.joined(separator: "\n") + "\n"
    }

    /// What a noun alone explains: its verbs; nil when it isn't one.
    static func noun(_ word: String, width: Int) -> String? {
        let commands = CommandLineTool.commands.filter { command in
            ([command.name] + command.aliases).contains { $0.hasPrefix("\(word) ") }
        }
        guard !commands.isEmpty else { return nil }
        var text = HelpText(width: width)
        text.add("Usage: bayplan \(word) VERB [OPTIONS]")
        text.add("")
        for command in commands {
            let name = ([command.name] + command.aliases).first { $0.hasPrefix("\(word) ") } ?? command.name
            text.entry(name, command.summary, column: 22)
        }
        text.add("")
        text.paragraph("`bayplan help \(word) VERB` explains one of them.")
        return text.lines.joined(separator: "\n") + "\n"
    }

    /// Whether a word alone stands for several commands.
    static func isNoun(_ word: String) -> Bool {
        CommandLineTool.commands.contains { command in
            ([command.name] + command.aliases).contains { $0.hasPrefix("\(word) ") }
        }
    }

    /// The usage line of a noun, with its verbs.
    static func usageLine(noun: String) -> String {
        let names = CommandLineTool.commands.flatMap { [$0.name] + $0.aliases }.filter {
            $0.hasPrefix("\(noun) ")
        }
        let verbs = names.map { $0.dropFirst(noun.count + 1) }
        return "Usage: bayplan \(noun) \(verbs.joined(separator: "|")) [OPTIONS]"
    }

    /// What is wrong with words that call no command.
    static func unknown(_ words: [String]) -> String {
        let names = CommandLineTool.commands.flatMap { [$0.name] + $0.aliases } + ["help"]
        let word = words.prefix(2).joined(separator: " ")
        let near = names.map { name in
            (name: name, distance: min(editDistance(word, name), editDistance(words.first ?? "", name)))
        }
        .filter { $0.distance <= max(1, $0.name.count / 3) }
        .min { $0.distance < $1.distance }
        let hint = near.map { "; did you mean `bayplan \($0.name)`?" } ?? ""
        return "There is no command `\(words.first ?? "")`\(hint)"
    }
}

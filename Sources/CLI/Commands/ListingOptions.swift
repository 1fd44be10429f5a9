import Settings

/// The options that several listings share.
enum ListingOptions {
    static let all = Setting(
        "all", .bool, default: false, short: "a", help: "List all containers; otherwise only those that run.",
        sources: .flag)
    static let quiet = Setting(
        "quiet", .bool, default: false, short: "q", help: "Show only ids.", sources: .flag)
    static let noTrunc = Setting(
        "no-trunc", .bool, default: false, help: "Show ids, images and commands whole.", sources: .flag)
    static let host = Setting(
        "host", .list(of: .text("HOST")), default: [], help: "Only containers of this host, by id or name.",
        sources: .flag)
    static let stack = Setting(
        "stack", optional: .text("STACK"), help: "Only containers of this Compose project or Swarm stack.",
        sources: .flag)
    static let selector = Setting(
        "selector", optional: .text("SELECTOR"), short: "l",
        help:
            "Only containers with these labels: `app=web,tier!=test`, `env in (a,b)`, `!app`.",
        sources: .flag)
    /// The form of a list (see ``ListForm``).
    static let output = Setting(
        "output", optional: .choice(["table", "wide", "json", "yaml", "name", "csv"]), short: "o",
        help:
            "wide shows more columns, csv all; json and yaml print the aggregator's own document; name prints names.",
        sources: .flag)
    /// The form of what isn't a list.
    static let documentOutput = Setting(
        "output", .choice(["table", "json", "yaml"]), default: "table", short: "o",
        help: "json and yaml print a document for programs.", sources: .flag)
    /// The form of what is a table or a document, and nothing else.
    static let plainOutput = Setting(
        "output", .choice(["table", "json"]), default: "table", short: "o",
        help: "json prints a document for programs.", sources: .flag)
    /// The form of a stream.
    static let streamOutput = Setting(
        "output", .choice(["table", "json"]), default: "table", short: "o",
        help: "json prints the aggregator's own events, one a line.", sources: .flag)
    static let format = Setting(
        "format", optional: .text("TEMPLATE", upTo: 65_536),
        help:
            "Go template for each row, as docker's: {{.ID}}, `table {{.ID}}\\t{{.Status}}`, or json for an object a line.",
        sources: .flag)
    /// The template of what isn't a list.
    static let documentFormat = Setting(
        "format", optional: .text("TEMPLATE", upTo: 65_536), short: "f",
        help: "Go template, as docker's: {{.State.Status}}, {{json .Config.Labels}}.", sources: .flag)
    static let sortBy = Setting(
        "sort-by", optional: .text("FIELD[,FIELD...]"),
        help: "Sort by these; -FIELD sorts descending. An unknown one gets a list of all.", sources: .flag)

    /// What every list can be asked for.
    static let forms: [any SettingDeclaration] = [output, format, sortBy]
}

extension Invocation {
    /// Tells on standard error which hosts the answer may be wrong about.
    ///
    /// - Returns: What the shell is told: that the answer is partial while a host's first list is under way, or older
    ///   than asked.
    func note(hosts: [HostRow], freshness: Freshness = .any) -> ExitCode {
        for host in hosts {
            guard let sentence = sentence(on: host) else { continue }
            note("Host \(host.title) \(sentence)")
        }
        let isStale = freshness.note(hosts, self)
        return isStale || hosts.contains { $0.state == "syncing" } ? .partial : .ok
    }

    /// What its rows may be wrong about, to follow the host's name; nil for a live host.
    private func sentence(on host: HostRow) -> String? {
        let heard = "last heard \(shortDuration(milliseconds: host.age)) ago"
        switch host.state {
        case "live" where host.engineState == "unreachable":
            return
                "is live, but its Docker Engine can't be reached; its containers are shown as they were before."
        case "live", "": return nil
        case "silent": return "is silent, \(heard); its containers are shown as they were then."
        case "stopped": return "has a stopped agent, \(heard); its containers are shown as they were then."
        case "restored":
            return "hasn't reported to this aggregator yet, \(heard); its containers are as stored."
        case "offline":
            return
                "is offline, \(heard); its \(host.containers) container\(host.containers == 1 ? "" : "s") left memory: "
                + "`bayplan ps --retained` lists them from disk."
        case "syncing": return "is still sending its containers; some may be missing. Ask again in a moment."
        case "conflict":
            return "is claimed by two agents, so its containers may be wrong; see `bayplan host ls`."
        default: return "is \(host.state), \(heard); its containers may be missing or old."
        }
    }
}

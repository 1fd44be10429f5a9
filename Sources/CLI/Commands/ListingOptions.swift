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
    static let format = Setting(
        "format", .choice(["table", "json"]), default: "table",
        help: "json prints an object per line with docker's own keys, and Host.", sources: .flag)
    static let output = Setting(
        "output", .choice(["table", "json"]), default: "table", short: "o",
        help: "json prints the aggregator's own document.", sources: .flag)
}

extension Invocation {
    /// Shows a document: as it came, or made readable on a terminal.
    func show(document: [UInt8]) throws(Failure) {
        guard surroundings.terminal != nil else {
            try surroundings.output.write(document.last == 0x0A ? document : document + [0x0A])
            return
        }
        do {
            try surroundings.output.write(try prettyJSON(document))
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure(.failed, "The aggregator's answer can't be read: \(error).")
        }
    }

    /// Shows a table, fitted to the terminal unless texts are wanted whole.
    func show(_ table: Table, whole: Bool = false, paint: ((Int, String) -> Colour?)? = nil) throws(Failure) {
        let width = whole ? nil : surroundings.terminal?.width
        guard let paint, surroundings.terminal?.hasColour == true else {
            return try surroundings.output.write(table.bytes(width: width))
        }
        let bytes = table.bytes(width: width) { column, text, shown in
            paint(column, text)?.paint(shown) ?? shown
        }
        try surroundings.output.write(bytes)
    }

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
        case "syncing": return "is still sending its containers; some may be missing. Ask again in a moment."
        case "conflict":
            return "is claimed by two agents, so its containers may be wrong; see `bayplan host ls`."
        default: return "is \(host.state), \(heard); its containers may be missing or old."
        }
    }
}

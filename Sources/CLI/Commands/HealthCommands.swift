import JSON
import Settings

/// `bayplan health` and `bayplan host health`: how containers and hosts fare (rows B10, C2).
enum HealthCommands {
    static let command = Command(
        name: "health",
        summary: "Count containers by health, or list those of one kind",
        usage: "[OPTIONS] [healthy|unhealthy|starting|none]",
        about: """
            Counts the containers of each host by what their health checks say, stopped ones too. With a word it \
            lists the containers of which that is said; none is for those without a health check.
            """,
        options: [
            ListingOptions.host, FilterOptions.hostSelector, ListingOptions.quiet, ListingOptions.noTrunc,
        ] + ListingOptions.forms,
        arguments: 0...1,
        examples: [
            ("health", "How all hosts' containers fare."), ("health unhealthy", "Which ones don't."),
            ("health --sort-by -unhealthy", "The worst host first."),
        ],
        run: { call throws(Failure) in
            guard let word = call.arguments.first else { return try await counts(call) }
            guard ["healthy", "unhealthy", "starting", "none"].contains(word) else {
                throw Failure(
                    .usage, "`\(word)` is no health; there are healthy, unhealthy, starting and none.")
            }
            return try await members(word, call)
        },
    )

    private static func counts(_ call: Invocation) async throws(Failure) -> ExitCode {
        let list = FleetList(kind: FleetColumns.health) { reader throws(JSONError) in try HealthRow(&reader) }
        let asked = try list.form(call)
        var query = Query("health")
        query.add("by", "host")
        let hosts = try await call.chosenHosts(&query)
        let document = try await call.api.get(query)
        try list.show(document, call)
        if asked.isTable {
            do throws(JSONError) {
                let sum = HealthRow(try JSONValue(parsing: document, limits: JSONLimits(length: 256 << 20)))
                call.note(sentence(sum))
            } catch {
                throw Failure.unreadable(error)
            }
        }
        return call.note(hosts: hosts)
    }

    private static func sentence(_ sum: HealthRow) -> String {
        "\(sum.total == 1 ? "1 container" : "\(sum.total) containers"): \(sum.healthy) healthy, "
            + "\(sum.unhealthy) unhealthy, \(sum.starting) starting, \(sum.none) without a health check."
    }

    private static func members(_ word: String, _ call: Invocation) async throws(Failure) -> ExitCode {
        var query = Query("health", word)
        _ = try FleetList(kind: ContainerColumns.kind(hosts: [])) { reader throws(JSONError) in
            try ContainerRow(&reader)
        }.form(call)
        let hosts = try await call.chosenHosts(&query)
        let list = FleetList(kind: ContainerColumns.kind(hosts: hosts)) { reader throws(JSONError) in
            try ContainerRow(&reader)
        }
        query.add("fields", optional: try list.form(call).fields)
        try list.show(try await list.document(query, call), call)
        return call.note(hosts: hosts)
    }

    static let host = Command(
        name: "host health",
        summary: "Show how one or more hosts and their Engines fare",
        usage: "[OPTIONS] HOST [HOST...]",
        about: """
            Shows a host's state, its Engine and machine, how fast the Engine answers, whether its events are \
            followed, and how its containers fare. One that doesn't exist is told about, the others are shown all the \
            same, and the exit code is 1.
            """,
        options: [ListingOptions.documentOutput],
        arguments: 1...64,
        examples: [
            ("host health node1", "How node1 fares."), ("host health node1 -o json", "The same for scripts."),
        ],
        run: { call throws(Failure) in
            let all = try await Listing.hosts(call.api)
            return try await call.each(call.arguments, HostText.health) { name throws(Failure) in
                try await call.api.get(Query("hosts", try Listing.one(name, among: all).id, "health"))
            }
        },
    )
}

extension Listing {
    /// The one host of this id or name.
    static func one(_ name: String, among all: [HostRow]) throws(Failure) -> HostRow {
        var listing = Listing()
        listing.hosts = [name]
        let found = try listing.chosen(from: all)
        guard let host = found.first, found.count == 1 else {
            let ids = found.map(\.id).joined(separator: ", ")
            throw Failure(.failed, "Several hosts are named \(name); say which by its id: \(ids).")
        }
        return host
    }
}

extension Invocation {
    /// Shows what is found of each name, as text or as an array, and tells about the others.
    func each(
        _ names: [String], _ text: (JSONValue, Int64) -> String,
        find: (String) async throws(Failure) -> [UInt8]
    ) async throws(Failure) -> ExitCode {
        var result = ExitCode.ok
        var found: [[UInt8]] = []
        for name in names {
            do throws(Failure) {
                found.append(try await find(name))
            } catch {
                guard error.code == .failed else { throw error }
                note(error.sentence)
                result = .failed
            }
        }
        guard !found.isEmpty else { return result }
        let form = settings[ListingOptions.documentOutput]
        guard form == "table" else {
            var writer = JSONWriter()
            writer.array { writer in
                for document in found {
                    writer.raw(document.last == 0x0A ? document.dropLast() : document[...])
                }
            }
            try show(document: writer.bytes, as: form == "yaml" ? .yaml : .json)
            return result
        }
        var texts: [String] = []
        for document in found {
            do throws(JSONError) {
                texts.append(text(try JSONValue(parsing: document), surroundings.now()))
            } catch {
                throw Failure.unreadable(error)
            }
        }
        try page(Array(texts.joined(separator: "\n").utf8))
        return result
    }
}

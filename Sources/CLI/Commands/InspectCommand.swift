import JSON
import Settings

/// `bayplan inspect`: everything that is known of single containers (row B13).
enum InspectCommand {
    static let command = Command(
        name: "inspect",
        aliases: ["container inspect"],
        summary: "Show everything about one or more containers",
        usage: "[OPTIONS] [HOST/]CONTAINER [[HOST/]CONTAINER...]",
        about: """
            Shows what is known of a container, given by its name, its id or the beginning of its id. Names \
            are unique on one host only; where several hosts have one, put the host's id or name and a slash \
            before it.
            """,
        options: [ListingOptions.documentOutput, ListingOptions.documentFormat] + Freshness.options,
        arguments: 1...64,
        examples: [
            ("inspect web", "The container `web`, wherever it is."),
            ("inspect node1/web", "The one on host node1."),
            ("inspect -f '{{.State.Status}} {{.Config.Image}}' web", "As with `docker inspect -f`."),
            ("inspect -o json 3f2a9c", "The whole record as JSON, by the beginning of its id."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let form = call.settings[ListingOptions.documentOutput]
        let format = call.settings[ListingOptions.documentFormat]
        guard format == nil || form == "table" else {
            throw Failure(.usage, "-o \(form) can't be combined with --format; leave one out.")
        }
        let template = if let format { try DocumentTemplate(format) } else { DocumentTemplate?.none }
        var result = ExitCode.ok
        var records: [[UInt8]] = []
        let freshness = try Freshness(call.settings)
        let isFresh = freshness.limit == 0
        let hosts = isFresh || freshness.limit == nil ? [] : try await freshness.hosts(call.api, call) { $0 }
        var asked: Set<String> = []
        for name in call.arguments {
            do throws(Failure) {
                let found = try await find(name, call.api)
                asked.insert(found.host)
                var query = Query("containers", found.host, found.id)
                if isFresh {
                    query.add("refresh", "1")
                    query.add("timeout", call.api.hostPatience)
                }
                let record = try await call.api.get(query)
                records.append(record)
                if isFresh, let warning = (try? JSONValue(parsing: record))?["warning"]?.string {
                    call.note("\(found.hostTitle)/\(found.name): \(warning).")
                    result = .partial
                }
            } catch {
                guard error.code == .failed else { throw error }
                call.note(error.sentence)
                result = .failed
            }
        }
        guard !records.isEmpty else { return result }
        if !isFresh, freshness.note(hosts.filter { asked.contains($0.id) }, call), result == .ok {
            result = .partial
        }
        if let template {
            var text: [UInt8] = []
            for record in records { text += try template.line(try DockerInspect(record).value, call) }
            try call.page(text)
        } else if form == "table" {
            var text: [UInt8] = []
            for record in records {
                if !text.isEmpty { text.append(0x0A) }
                text += Array(try RecordText(record, now: call.surroundings.now()).text.utf8)
            }
            try call.page(text)
        } else {
            var document = records[0]
            if call.arguments.count > 1 {
                var writer = JSONWriter()
                writer.array { writer in
                    for record in records { writer.raw(record) }
                }
                document = writer.bytes
            }
            try call.show(document: document, as: form == "yaml" ? .yaml : .json)
        }
        return result
    }

    /// How many containers are listed where a word means several.
    private static let candidates = 20

    /// The one container that a word means: by whole id, else by name, else by the beginning of its id.
    static func find(_ word: String, _ api: APIClient) async throws(Failure) -> ContainerRow {
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let (host, name) =
            parts.count == 2 && !parts[0].isEmpty ? (parts[0], parts[1]) : (nil, parts.last ?? "")
        guard !name.isEmpty else {
            throw Failure(.usage, "`\(word)` names no container; write [HOST/]CONTAINER.")
        }
        var query = Query("containers")
        query.add("all", "true")
        query.add("q", name)
        query.add("fields", "host,hostName,id,name,config.created")
        if let host {
            let hosts = try await Listing.hosts(api)
            let chosen = hosts.contains { $0.id == host } ? host : hosts.first { $0.name == host }?.id
            guard let chosen else { throw Listing.unknown(host: host, among: hosts) }
            let isAlone = hosts.count { $0.name == host } < 2
            query.add("host", isAlone ? chosen : host)
        }
        // The beginning of an id may mean a whole fleet.
        query.add("limit", "\(candidates + 1)")
        var page = try ListDocument(try await api.get(query)) { reader throws(JSONError) in
            try ContainerRow(&reader)
        }
        if page.items.isEmpty {
            // Its host may have left memory.
            query.add("retained", "true")
            page = try ListDocument(try await api.get(query)) { reader throws(JSONError) in
                try ContainerRow(&reader)
            }
        }
        var rows = page.items
        for match in [rows.filter { $0.id == name }, rows.filter { $0.name == name }] where !match.isEmpty {
            rows = match
            break
        }
        guard let row = rows.first else {
            throw Failure(
                .failed,
                host.map {
                    "Host \($0) has no container \(name). `bayplan ps -a --host \($0)` lists what it has."
                }
                    ?? "There is no container \(name) on any host. `bayplan ps -a` lists all.")
        }
        guard rows.count == 1 else {
            let count =
                rows.count < page.items.count ? rows.count : max(rows.count, Int(clamping: page.total))
            let list = rows.prefix(candidates).map { "\n  \($0.hostTitle)/\($0.name) \($0.shortID)" }.joined()
            let more = count > candidates ? "\n  and \(count - candidates) more" : ""
            throw Failure(.failed, "\(word) means \(count) containers; say which one:\(list)\(more)")
        }
        return row
    }
}

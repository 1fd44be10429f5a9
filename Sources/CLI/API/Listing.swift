import JSON

/// Which containers a listing asks for, and of which hosts.
struct Listing {
    /// Hosts by id or name; empty means all.
    var hosts: [String] = []
    var stack: String?
    var selector: String?
    /// Whether containers that don't run are listed as well.
    var isComplete = false
    /// The fields that are needed; empty means the API's own choice.
    var fields = ""

    /// All hosts of the fleet, by name.
    static func hosts(_ api: APIClient) async throws(Failure) -> [HostRow] {
        let body = try await api.get(Query("hosts"))
        let rows = try ListDocument(body) { reader throws(JSONError) in try HostRow(&reader) }.items
        return rows.sorted { ($0.title, $0.id) < ($1.title, $1.id) }
    }

    /// The hosts of the fleet that this listing is about.
    ///
    /// - Throws: Exit code 1 when a host is named that doesn't exist.
    func chosen(from all: [HostRow]) throws(Failure) -> [HostRow] {
        guard !hosts.isEmpty else { return all }
        var chosen: [HostRow] = []
        for name in hosts {
            let found = all.filter { $0.id == name }
            let matches = found.isEmpty ? all.filter { $0.name == name } : found
            guard !matches.isEmpty else {
                throw Failure(.failed, "There is no host \(name). `bayplan host ls` lists all.")
            }
            for match in matches where !chosen.contains(where: { $0.id == match.id }) { chosen.append(match) }
        }
        return chosen
    }

    /// Lets `read` read each container of the chosen hosts, in the order of the answers.
    func each(
        _ api: APIClient, of chosen: [HostRow], read: (inout JSONReader) throws(JSONError) -> Void,
    ) async throws(Failure) {
        for host in hosts.isEmpty ? [nil] : chosen.map(Optional.some) {
            try await pages(api, host: host?.id) { body throws(Failure) in
                try ListDocument(body, read: read).next
            }
        }
    }

    /// The API's document as it came, or one document made of several answers.
    func document(_ api: APIClient, of chosen: [HostRow]) async throws(Failure) -> [UInt8] {
        var bodies: [[UInt8]] = []
        var items: [ArraySlice<UInt8>] = []
        var revision = ""
        for host in hosts.isEmpty ? [nil] : chosen.map(Optional.some) {
            try await pages(api, host: host?.id) { body throws(Failure) in
                let page = try ListDocument(body) { reader throws(JSONError) in try reader.readRaw() }
                bodies.append(body)
                items += page.items
                // Whoever goes on from the first revision misses nothing that the later answers hold.
                if revision.isEmpty { revision = page.revision }
                return page.next
            }
        }
        if bodies.count == 1 { return bodies[0] }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("revision", revision)
            writer.member("total", items.count)
            writer.array("items") { writer in
                for item in items { writer.raw(item) }
            }
        }
        return writer.bytes
    }

    /// Fetches pages until the last; `take` answers what asks for the next one.
    private func pages(
        _ api: APIClient, host: String?, take: ([UInt8]) throws(Failure) -> String,
    ) async throws(Failure) {
        var next = ""
        repeat {
            var query = Query("containers")
            query.add("all", isComplete ? "true" : "false")
            query.add("fields", optional: fields)
            query.add("host", optional: host)
            query.add("stack", optional: stack)
            query.add("labelSelector", optional: selector)
            query.add("continue", optional: next)
            next = try take(try await api.get(query))
        } while !next.isEmpty
    }
}

import Inventory
import JSON
import Settings

/// Which containers a listing asks for, and of which hosts.
struct Listing {
    /// Hosts by id or name; empty means all.
    var hosts: [String] = []
    var stack: String?
    var selector: String?
    /// What `docker ps --filter` takes, as `key=value`.
    var filters: [String] = []
    /// Which hosts by their labels, as it was written, and what it means.
    var hostSelector: (text: String, meaning: Selector)?
    /// Only so many, the newest.
    var newest: Int?
    /// Whether containers that don't run are listed as well.
    var isComplete = false
    /// Whether the containers of offline hosts are listed, from disk, and nothing else.
    var isRetained = false
    /// The fields that are needed; empty means the API's own choice.
    var fields = ""

    /// All hosts of the fleet, by name.
    static func hosts(_ api: APIClient) async throws(Failure) -> [HostRow] {
        try await HostAnswer.ask(api).hosts
    }

    /// The hosts of the fleet that this listing is about.
    ///
    /// - Throws: Exit code 1 when a host is named that doesn't exist.
    func chosen(from all: [HostRow]) throws(Failure) -> [HostRow] {
        var chosen: [HostRow] = hosts.isEmpty ? all : []
        for name in hosts {
            let found = all.filter { $0.id == name }
            let matches = found.isEmpty ? all.filter { $0.name == name } : found
            guard !matches.isEmpty else { throw Self.unknown(host: name, among: all) }
            for match in matches where !chosen.contains(where: { $0.id == match.id }) { chosen.append(match) }
        }
        guard let hostSelector else { return chosen }
        return chosen.filter { hostSelector.meaning.matches($0.labels) }
    }

    /// A name that no host has, with the nearest that one has.
    static func unknown(host name: String, among all: [HostRow]) -> Failure {
        let near = all.prefix(2_000).flatMap { [$0.id, $0.name] }.map {
            (name: $0, distance: editDistance(name, $0))
        }
        .filter { $0.distance <= max(1, $0.name.count / 3) }.sorted { $0.distance < $1.distance }
        var names: [String] = []
        for other in near where !names.contains(other.name) && names.count < 3 { names.append(other.name) }
        let hint = names.isEmpty ? "." : "; did you mean \(names.joined(separator: " or "))?"
        return Failure(.failed, "There is no host \(name)\(hint) `bayplan host ls` lists all.")
    }

    /// Which questions are asked: one for all hosts, or one for each that is named; nil for all hosts.
    private func questions(_ chosen: [HostRow]) -> [[String]] {
        if hosts.isEmpty { return [[]] }
        // The newest of several hosts can be told only together.
        return newest == nil ? chosen.map { [$0.id] } : chosen.isEmpty ? [] : [chosen.map(\.id)]
    }

    /// Lets `read` read each container of the chosen hosts, in the order of the answers.
    ///
    /// - Returns: How many containers have variables with values that were asked for and that their hosts hide.
    @discardableResult
    func each(
        _ api: APIClient, of chosen: [HostRow], read: (inout JSONReader) throws(JSONError) -> Void,
    ) async throws(Failure) -> [String: Int64] {
        var hidden: [String: Int64] = [:]
        for hosts in questions(chosen) {
            try await pages(api, hosts: hosts) { body throws(Failure) in
                let page = try ListDocument(body, read: read)
                hidden.merge(page.hiddenValues) { max($0, $1) }
                return page.next
            }
        }
        return hidden
    }

    /// The API's document as it came, or one document made of several answers.
    func document(_ api: APIClient, of chosen: [HostRow]) async throws(Failure) -> [UInt8] {
        var bodies: [[UInt8]] = []
        var items: [ArraySlice<UInt8>] = []
        var revision = ""
        for hosts in questions(chosen) {
            try await pages(api, hosts: hosts) { body throws(Failure) in
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
        _ api: APIClient, hosts: [String], take: ([UInt8]) throws(Failure) -> String,
    ) async throws(Failure) {
        var next = ""
        repeat {
            var query = Query("containers")
            query.add("all", isComplete ? "true" : "false")
            query.add("fields", optional: fields)
            for host in hosts { query.add("host", host) }
            if hosts.isEmpty { query.add("hostSelector", optional: hostSelector?.text) }
            for filter in filters { query.add("filter", filter) }
            if let newest { query.add("last", "\(newest)") }
            if isRetained { query.add("retained", "true") }
            query.add("stack", optional: stack)
            query.add("labelSelector", optional: selector)
            query.add("continue", optional: next)
            next = try take(try await api.get(query))
        } while !next.isEmpty
    }
}

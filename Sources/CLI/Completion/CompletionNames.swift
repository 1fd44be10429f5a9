import Inventory
import JSON

/// Names that only the aggregator knows, or the user's own folder.
struct CompletionNames {
    /// What names are of.
    enum Subject {
        case containers
        /// Containers with their host and a slash before them.
        case hostsAndContainers
        case hosts
        case stacks
        case labelKeys
        case contexts

        /// By what stands for it in a usage line.
        init?(placeholder: String) {
            switch placeholder {
            case "CONTAINER": self = .containers
            case "HOST": self = .hosts
            case "STACK": self = .stacks
            case "KEY", "LABEL": self = .labelKeys
            case "CONTEXT": self = .contexts
            default: return nil
            }
        }
    }

    /// How many containers are looked at.
    private static let most = 5_000

    /// Nil where nobody can be asked.
    let api: APIClient?
    let environment: (String) -> String?

    /// The names; none when the aggregator doesn't answer as expected.
    func names(_ subject: Subject) async -> [Completion.Candidate] {
        do {
            if case .contexts = subject { return try contexts() }
            guard let api else { return [] }
            switch subject {
            case .containers: return try await containers(api, isHostNamed: false)
            case .hostsAndContainers: return try await containers(api, isHostNamed: true)
            case .hosts:
                return try await Listing.hosts(api).flatMap { host in
                    [Completion.Candidate(host.id, host.state)]
                        + (host.name.isEmpty || host.name == host.id
                            ? [] : [Completion.Candidate(host.name, host.state)])
                }
            case .stacks:
                let body = try await api.get(Query("stacks"))
                return try ListDocument(body) { reader throws(JSONError) in try reader.readValue() }.items.map
                {
                    Completion.Candidate(
                        $0["name"]?.string ?? "", "\($0["containers"]?.integer ?? 0) containers")
                }
            case .labelKeys:
                var query = Query("labels")
                query.add("limit", "\(Completion.most)")
                let body = try await api.get(query)
                return try ListDocument(body) { reader throws(JSONError) in try reader.readValue() }.items.map
                {
                    Completion.Candidate(
                        $0["key"]?.string ?? "", "\($0["containers"]?.integer ?? 0) containers")
                }
            case .contexts: return []
            }
        } catch {
            return []
        }
    }

    private func contexts() throws(Failure) -> [Completion.Candidate] {
        let contexts = try ContextStore(environment)?.all() ?? []
        return [Completion.Candidate(Context.none)] + contexts.map { Completion.Candidate($0.name) }
    }

    private func containers(_ api: APIClient, isHostNamed: Bool) async throws(Failure) -> [Completion
        .Candidate]
    {
        let rows = try await rows(api, "host,hostName,name,status.state")
        var counts: [String: Int] = [:]
        for row in rows { counts[row.name, default: 0] += 1 }
        return rows.flatMap { row in
            let about = "\(row.status.state.rawValue) on \(row.hostTitle)"
            if isHostNamed {
                return Set([row.host, row.hostTitle]).map { Completion.Candidate("\($0)/\(row.name)", about) }
            }
            // A name that several hosts have means none of them.
            let isUnique = counts[row.name] == 1
            return [Completion.Candidate(isUnique ? row.name : "\(row.hostTitle)/\(row.name)", about)]
        }
    }

    private func rows(_ api: APIClient, _ fields: String) async throws(Failure) -> [ContainerRow] {
        var query = Query("containers")
        query.add("all", "true")
        query.add("fields", fields)
        query.add("limit", "\(Self.most)")
        return try ListDocument(try await api.get(query)) { reader throws(JSONError) in
            try ContainerRow(&reader)
        }
        .items
    }
}

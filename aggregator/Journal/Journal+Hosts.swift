package import Inventory
import SQLite
import Synchronization
import Wire

extension Journal {
    /// Containers that are read in one question, so that each is over within the limit of a question.
    private static let pageSize = 2_000

    /// All containers of one host as they are now, in order of their ids, as far as anything is committed.
    ///
    /// For a host that says nothing any more (requirement B2); of one that does, each row is of some moment meanwhile.
    package func containers(of host: HostKey) async throws(JournalError) -> [ContainerRow] {
        // What moves from memory to the file meanwhile is then in both, and the same.
        let later = shared.unfolded.withLock { unfolded in
            unfolded.containers.filter { $0.key.host == host }
        }
        var rows: [ContainerID: ContainerRow] = [:]
        var after: ContainerID?
        while true {
            let last = after
            let page = try await ask { (reader) async throws(JournalError) in
                try await reader.containers(of: host, after: last, limit: Self.pageSize)
            }
            for row in page { rows[row.id] = row }
            after = page.last?.id
            if page.count < Self.pageSize { break }
        }
        for (key, container) in later {
            guard let facets = container.over(rows[key.id]?.facets) else {
                rows[key.id] = nil
                continue
            }
            rows[key.id] = ContainerRow(
                host: host, id: key.id, facets: facets, changedAt: container.changedAt)
        }
        return rows.values.sorted { $0.id < $1.id }
    }

    /// When each facet of a container last changed, in ms since 1970; one whose change was pruned is left out.
    package func changeTimes(
        host: HostKey, container: ContainerID
    ) async throws(JournalError) -> [Facet: Int64] {
        let key = ContainerKey(host: host, id: container)
        let later = shared.unfolded.withLock { $0[key] }
        let revisions = later.map { later in
            Dictionary(
                uniqueKeysWithValues: Facet.allCases.compactMap { facet in
                    later.revisions[facet.index] > 0 ? (facet, later.revisions[facet.index]) : nil
                })
        }
        return try await ask { (reader) async throws(JournalError) in
            try await reader.changeTimes(key, newer: revisions ?? [:], isReset: later?.isReset ?? false)
        }
    }
}

extension FleetReader {
    func containers(
        of host: HostKey, after: ContainerID?, limit: Int
    ) throws(JournalError) -> [ContainerRow] {
        try ask { (view) throws(SQLiteError) in try view.containers(of: host, after: after, limit: limit) }
    }

    func changeTimes(
        _ key: ContainerKey, newer: [Facet: Int64], isReset: Bool
    ) throws(JournalError) -> [Facet: Int64] {
        try ask { (view) throws(SQLiteError) in
            var revisions = isReset ? [:] : try view.revisions(of: key)
            revisions.merge(newer) { $1 }
            return try view.times(of: revisions)
        }
    }
}

extension FleetView {
    /// Rows of a host in order of their ids, without what the log says since they were folded.
    func containers(
        of host: HostKey, after: ContainerID?, limit: Int
    ) throws(SQLiteError) -> [ContainerRow] {
        let statement = try connection.prepare(
            """
            SELECT container, changed_at, status, network, config, compose FROM container
            WHERE host = ?1 \(after == nil ? "" : "AND container > ?3") ORDER BY container LIMIT ?2
            """)
        try statement.bind(Int64(host.rawValue), at: 1)
        try statement.bind(Int64(limit), at: 2)
        if let after { try statement.bind(after, at: 3) }
        var rows: [ContainerRow] = []
        while try statement.step() {
            guard let id = statement.containerID(0) else { continue }
            rows.append(
                ContainerRow(host: host, id: id, facets: statement.facets(2), changedAt: statement.int64(1)))
        }
        return rows
    }

    /// The revision of each facet in a container's row.
    func revisions(of key: ContainerKey) throws(SQLiteError) -> [Facet: Int64] {
        let columns = Facet.allCases.map { "\($0.column)_revision" }.joined(separator: ", ")
        let statement = try connection.prepare(
            "SELECT \(columns) FROM container WHERE host = ?1 AND container = ?2")
        try statement.bind(key)
        var revisions: [Facet: Int64] = [:]
        guard try statement.step() else { return revisions }
        for (column, facet) in Facet.allCases.enumerated() {
            let revision = statement.int64(Int32(column))
            if revision > 0 { revisions[facet] = revision }
        }
        return revisions
    }

    /// When changes of these revisions were said; those that are pruned are left out.
    func times(of revisions: [Facet: Int64]) throws(SQLiteError) -> [Facet: Int64] {
        let statement = try connection.prepare("SELECT at FROM change WHERE revision = ?1")
        var times: [Facet: Int64] = [:]
        for (facet, revision) in revisions {
            try statement.bind(revision, at: 1)
            if try statement.step() { times[facet] = statement.int64(0) }
            statement.reset()
        }
        return times
    }
}

import Inventory

/// Where the candidates for a query come from.
enum Source {
    /// Hosts by their places, in order.
    case hosts([UInt32])
    /// Postings without a container in common.
    case postings([Posting])
    /// Postings that may hold the same container several times.
    case overlapping([Posting])
    case ids(Filter.IDRange)

    /// Chooses where to look.
    ///
    /// - Parameters:
    ///   - filter: What is asked for.
    ///   - limit: How many are wanted at most; nil for all.
    ///   - snapshot: Where.
    init(for filter: Filter, limit: Int?, in snapshot: Snapshot) {
        var best: Source?
        // What comes from a posting has still to be put in order.
        var cost = snapshot.count / 3
        func offer(_ postings: [Posting], areApart: Bool = true) {
            let estimate = postings.reduce(0) { $0 + $1.estimatedCount } * (areApart ? 1 : 2)
            guard estimate < cost || best == nil && estimate < 64 else { return }
            cost = estimate
            best = areApart ? .postings(postings) : .overlapping(postings)
        }
        func offer(_ index: Snapshot.Index, _ keys: [UInt64]) {
            // A key that is given twice must not give its containers twice.
            offer(Set(keys).compactMap { snapshot.posting(index, $0) })
        }
        if let hosts = filter.hosts {
            let places = snapshot.ordered(hosts)
            best = .hosts(places)
            cost = places.reduce(0) { $0 + (snapshot.hosts[$1]?.count ?? 0) }
        }
        let ranges = filter.docker?.ids ?? []
        if let range = filter.ids.first ?? (ranges.count == 1 ? ranges[0] : nil) {
            let estimate = snapshot.byID.distance(
                from: snapshot.byID.position { snapshot.ids[$0] < range.low },
                to: snapshot.byID.position { snapshot.ids[$0] <= range.high },
            )
            if estimate < cost {
                best = .ids(range)
                cost = estimate
            }
        }
        if let name = filter.names.first { offer(.name, [UInt64(name)]) }
        if let project = filter.project { offer(.stack, [UInt64(project)]) }
        if let image = filter.image { offer(.image, [UInt64(image)]) }
        if let network = filter.network { offer(.network, [UInt64(network)]) }
        if let port = filter.publicPort, port > 0 { offer(.publicPort, [UInt64(port)]) }
        if let states = filter.states { offer(.state, states.map(UInt64.init)) }
        if let health = filter.health, !health.orNone { offer(.health, health.texts.map(UInt64.init)) }
        if let docker = filter.docker {
            for other in docker.candidates(in: snapshot) { offer(other.postings, areApart: other.areApart) }
        }
        for label in filter.labels where label.isWanted {
            if let values = label.values {
                offer(.label, values.map { Snapshot.labelKey(label.key, $0) })
            } else {
                offer(.labelKey, [UInt64(label.key)])
            }
        }
        // A page of what is counted for each host is found by going through few hosts, however many there are.
        if filter.isCounted, let limit {
            let places = filter.hosts.map { snapshot.ordered($0) } ?? snapshot.hostOrder
            let total = places.reduce(0) { sum, place in
                sum + (snapshot.hosts[place].flatMap { filter.knownCount($0) } ?? 0)
            }
            if Double(limit) * Double(snapshot.count) / Double(max(1, total)) < Double(cost) {
                best = .hosts(places)
            }
        }
        self = best ?? .hosts(snapshot.hostOrder)
    }
}

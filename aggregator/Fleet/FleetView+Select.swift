package import Inventory

extension FleetView {
    /// The containers that a query asks for.
    ///
    /// The smallest posting among those that must hold is gone through, and the rest is checked on each
    /// container; the whole fleet is gone through only where no posting is much smaller than it.
    package func containers(matching query: Query) -> Selection {
        guard let newest = query.newest else { return allContainers(matching: query) }
        var all = query
        (all.limit, all.after) = (nil, nil)
        let slots = allContainers(matching: all).slots
        func created(_ slot: Slot) -> Int64 { snapshot.records[slot.number].packed.config?.created ?? 0 }
        let order = slots.indices.map { (index: $0, created: created(slots[$0])) }.sorted {
            $0.created == $1.created ? $0.index < $1.index : $0.created > $1.created
        }
        let last = order.prefix(max(0, newest)).map { slots[$0.index] }
        return Selection(slots: last, total: last.count, next: nil)
    }

    private func allContainers(matching query: Query) -> Selection {
        let filter = Filter(query, in: snapshot)
        guard let text = query.nameOrPrefix else { return select(filter, query) }
        var whole = filter
        whole.add(prefix: text)
        if text.utf8.count == 64 {
            let found = select(whole, query)
            if found.total > 0 { return found }
        }
        var named = filter
        named.add(name: text, in: snapshot)
        let found = select(named, query)
        return found.total > 0 || text.isEmpty ? found : select(whole, query)
    }

    /// The container with this id on this host.
    package func container(_ id: ContainerID, on host: HostKey) -> Slot? {
        snapshot.place(of: host).flatMap { snapshot.slot(of: id, at: $0) }.map(Slot.init)
    }

    private func select(_ filter: Filter, _ query: Query) -> Selection {
        guard !filter.isImpossible else { return Selection(slots: [], total: 0, next: nil) }
        var page = Page(limit: query.limit, after: query.after, in: snapshot)
        switch Source(for: filter, in: snapshot) {
        case .hosts(let places): walk(places, filter, into: &page)
        case .postings(let postings):
            var found: [UInt32: [UInt32]] = [:]
            for posting in postings {
                posting.forEach { slot in
                    guard filter.matches(slot, in: snapshot) else { return }
                    found[snapshot.records[slot].host, default: []].append(slot)
                }
            }
            add(found, to: &page)
        case .ids(let range):
            var found: [UInt32: [UInt32]] = [:]
            let start = snapshot.byID.position { snapshot.ids[$0] < range.low }
            let end = snapshot.byID.position { snapshot.ids[$0] <= range.high }
            snapshot.byID.forEach(from: start, to: end) { slot in
                guard filter.matches(slot, in: snapshot) else { return }
                found[snapshot.records[slot].host, default: []].append(slot)
            }
            add(found, to: &page)
        }
        return page.selection
    }

    /// Goes through the containers of hosts, which are in order already.
    private func walk(_ places: [UInt32], _ filter: Filter, into page: inout Page) {
        for place in places {
            guard let host = snapshot.hosts[place] else { continue }
            if let count = filter.knownCount(host), !page.wants(host) {
                page.pass(count)
                continue
            }
            var slots: [UInt32] = []
            host.members.forEach { if filter.matches($0, in: snapshot) { slots.append($0) } }
            page.add(host, sorted: slots)
        }
    }

    /// Puts what was found by host into order, as far as the page needs it.
    func add(_ found: [UInt32: [UInt32]], to page: inout Page) {
        for place in ordered(found) {
            guard let host = snapshot.hosts[place], let slots = found[place] else { continue }
            if page.wants(host) {
                page.add(host, sorted: slots.sorted { snapshot.ids[$0] < snapshot.ids[$1] })
            } else {
                page.pass(slots.count)
            }
        }
    }

    /// The hosts that something was found on, in order.
    private func ordered(_ found: [UInt32: [UInt32]]) -> [UInt32] {
        // To go through all hosts is cheaper than to sort many.
        if found.count > snapshot.hostOrder.count / 16 {
            return snapshot.hostOrder.filter { found[$0] != nil }
        }
        return snapshot.ordered(found.keys)
    }
}

/// Where the candidates for a query come from.
private enum Source {
    /// Hosts by their places, in order.
    case hosts([UInt32])
    case postings([Posting])
    case ids(Filter.IDRange)

    init(for filter: Filter, in snapshot: Snapshot) {
        var best: Source?
        // What comes from a posting has still to be put in order.
        var cost = snapshot.count / 3
        func offer(_ postings: [Posting]) {
            let estimate = postings.reduce(0) { $0 + $1.estimatedCount }
            guard estimate < cost || best == nil && estimate < 64 else { return }
            cost = estimate
            best = .postings(postings)
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
        for case let health? in [filter.health, filter.docker?.health] where !health.orNone {
            offer(.health, health.texts.map(UInt64.init))
        }
        if let network = filter.docker?.networkName { offer(.network, [UInt64(network)]) }
        for label in filter.labels where label.isWanted {
            if let values = label.values {
                offer(.label, values.map { Snapshot.labelKey(label.key, $0) })
            } else {
                offer(.labelKey, [UInt64(label.key)])
            }
        }
        self = best ?? .hosts(snapshot.hostOrder)
    }
}

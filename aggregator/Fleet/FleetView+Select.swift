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
        var looked = 0
        var found: [UInt32: [UInt32]] = [:]
        func check(_ slot: UInt32) {
            looked += 1
            guard filter.matches(slot, in: snapshot) else { return }
            found[snapshot.records[slot].host, default: []].append(slot)
        }
        switch Source(for: filter, limit: query.limit, in: snapshot) {
        case .hosts(let places): looked = walk(places, filter, into: &page)
        case .postings(let postings)
        where filter.isOnlyOneLabel && isWalkShorter(postings, limit: query.limit ?? .max):
            looked = walk(postings, into: &page)
        case .postings(let postings):
            for posting in postings { posting.forEach(check) }
            add(found, to: &page)
        case .overlapping(let postings):
            var seen: Set<UInt32> = []
            for posting in postings { posting.forEach { if seen.insert($0).inserted { check($0) } } }
            add(found, to: &page)
        case .ids(let range):
            let start = snapshot.byID.position { snapshot.ids[$0] < range.low }
            let end = snapshot.byID.position { snapshot.ids[$0] <= range.high }
            snapshot.byID.forEach(from: start, to: end, check)
            add(found, to: &page)
        }
        var selection = page.selection
        selection.looked = looked
        return selection
    }

    /// Goes through the containers of hosts, which are in order already; gives how many were looked at.
    private func walk(_ places: [UInt32], _ filter: Filter, into page: inout Page) -> Int {
        var looked = 0
        for place in places {
            guard let host = snapshot.hosts[place] else { continue }
            if let count = filter.knownCount(host), count == 0 || !page.wants(host) {
                page.pass(count)
                continue
            }
            looked += host.count
            var slots: [UInt32] = []
            host.members.forEach { if filter.matches($0, in: snapshot) { slots.append($0) } }
            page.add(host, sorted: slots)
        }
        return looked
    }

    /// Whether so many containers of the postings are found sooner by going through hosts than by sorting them all.
    private func isWalkShorter(_ postings: [Posting], limit: Int) -> Bool {
        let members = postings.reduce(0) { $0 + $1.estimatedCount }
        return members > 1_000 && limit < members && snapshot.count / members < members / (limit + 1)
    }

    /// Goes through the hosts until the page is full; gives how many containers were looked at.
    ///
    /// How many there are is the sum of the postings, which share none.
    private func walk(_ postings: [Posting], into page: inout Page) -> Int {
        var looked = 0
        page.pass(postings.reduce(0) { $0 + $1.count })
        for place in snapshot.hostOrder where !page.isFull {
            guard let host = snapshot.hosts[place], page.wants(host) else { continue }
            looked += host.count
            var slots: [UInt32] = []
            host.members.forEach { slot in
                if postings.contains(where: { $0.contains(slot) }) { slots.append(slot) }
            }
            page.add(host, sorted: slots, isCounted: true)
        }
        return looked
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

extension FleetView {
    /// The containers with a label whose key is wanted, among those that a query asks for.
    ///
    /// Gone through are the different keys of the fleet and the postings of those that fit, never the containers
    /// without such a label. `nameOrPrefix` of the query is passed over.
    package func containers(withKey isWanted: (String) -> Bool, matching query: Query) -> Selection {
        let filter = Filter(query, in: snapshot)
        guard !filter.isImpossible else { return Selection(slots: [], total: 0, next: nil) }
        var slots: Set<UInt32> = []
        snapshot.indexes[Snapshot.Index.labelKey.rawValue].forEach { key, posting in
            if isWanted(snapshot.strings[UInt32(truncatingIfNeeded: key)]) {
                posting.forEach { slots.insert($0) }
            }
        }
        var found: [UInt32: [UInt32]] = [:]
        for slot in slots where filter.matches(slot, in: snapshot) {
            found[snapshot.records[slot].host, default: []].append(slot)
        }
        var page = Page(limit: query.limit, after: query.after, in: snapshot)
        add(found, to: &page)
        return page.selection
    }

    /// A container's labels as its agent sent them, in no order.
    package func labels(_ slot: Slot) -> [(key: String, value: String)] {
        guard let config = snapshot.records[slot.number].packed.config else { return [] }
        return (0..<config.labelCount).map { index in
            (snapshot.strings[config.labelKey(index)], snapshot.strings[config.labelValue(index)])
        }
    }

    /// What of a container's labels did not leave its host whole: `labels.NAME`, and `labels` where some are missing.
    package func cutLabels(_ slot: Slot) -> [String] {
        snapshot.records[slot.number].packed.config?.cutLabels.map { snapshot.strings[$0] } ?? []
    }
}

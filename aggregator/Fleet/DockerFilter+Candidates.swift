extension DockerFilter {
    /// Postings that hold every container that one of the filters asks for, and perhaps others; by filter.
    ///
    /// Not for those of which no index knows: names (each different one is looked at), and times of creation.
    func candidates(in snapshot: Snapshot) -> [(postings: [Posting], areApart: Bool)] {
        var candidates: [(postings: [Posting], areApart: Bool)] = []
        func add(_ index: Snapshot.Index, _ keys: some Sequence<UInt64>, areApart: Bool = false) {
            candidates.append((Set(keys).compactMap { snapshot.posting(index, $0) }, areApart))
        }
        if let networkName { add(.network, [UInt64(networkName)]) }
        for variable in variables {
            let key =
                variable.value.map { Snapshot.variableKey(variable.key, $0) }
                ?? Snapshot.variableKey(variable.key)
            add(.variable, [key], areApart: true)
        }
        if let mounts { add(.mountSource, mounts.map(UInt64.init)) }
        if !volumes.isEmpty {
            let (targets, sources) = (
                postings(.mountTarget, volumes, snapshot), postings(.mountSource, volumes, snapshot)
            )
            candidates.append((targets + sources, false))
        }
        if !images.isEmpty { candidates.append((images.flatMap { $0.candidates(in: snapshot) }, false)) }
        if !published.isEmpty { add(.publicPort, published.flatMap { $0.numbers.map(UInt64.init) }) }
        if !exposed.isEmpty { add(.publicPort, exposed.flatMap { $0.numbers.map(Snapshot.privatePortKey) }) }
        if isExited {
            var postings: [Posting] = []
            let live = [Strings.Known.running, Strings.Known.paused, Strings.Known.restarting]
            snapshot.indexes[Snapshot.Index.state.rawValue].forEach { state, posting in
                if !live.contains(UInt32(truncatingIfNeeded: state)) { postings.append(posting) }
            }
            candidates.append((postings, true))
        }
        return candidates
    }

    private func postings(_ index: Snapshot.Index, _ keys: [UInt32], _ snapshot: Snapshot) -> [Posting] {
        Set(keys).compactMap { snapshot.posting(index, UInt64($0)) }
    }
}

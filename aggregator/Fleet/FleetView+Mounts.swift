package import Inventory

extension FleetView {
    /// Containers with a bind mount or volume at or under one of several paths of their hosts (requirement B9).
    ///
    /// The paths are looked up in an index that is kept in order, so that no container without such a mount is looked
    /// at. Without paths all that have a source on their host.
    package func containers(mounting paths: [PathPrefix], matching query: Query = Query()) -> Selection {
        var query = query
        query.filters.mounts += paths.isEmpty ? PathPrefix("/").map { [$0] } ?? [] : paths
        return containers(matching: query)
    }

    /// A container's mounts that come from one of these paths of its host, or under it; from anywhere without paths.
    package func mounts(_ slot: Slot, at paths: [PathPrefix]) -> [Mount] {
        guard let config = snapshot.records[slot.number].packed.config else { return [] }
        return (0..<config.mountCount).compactMap { index in
            let packed = config.mount(index)
            let source = snapshot.strings[packed.source]
            guard paths.isEmpty ? source.utf8.first == 0x2F : paths.contains(where: { $0.holds(source) })
            else {
                return nil
            }
            var mount = Mount(
                type: snapshot.strings[packed.type], destination: snapshot.strings[packed.destination])
            mount.name = snapshot.strings[packed.name]
            mount.source = source
            mount.driver = snapshot.strings[packed.driver]
            mount.isWritable = packed.isWritable
            return mount
        }
    }

    /// How many containers have an environment variable whose value their hosts don't show (requirement B6).
    package func hiddenValues(of variable: String) -> Int {
        guard let key = snapshot.strings.number(of: variable) else { return 0 }
        let all = snapshot.posting(.variable, Snapshot.variableKey(key))?.count ?? 0
        return all - (snapshot.posting(.variable, Snapshot.shownVariableKey(key))?.count ?? 0)
    }
}

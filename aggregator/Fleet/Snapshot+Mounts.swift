import Inventory

extension Snapshot {
    /// Brings the indexes of mounts up to date, and the list of paths in order (requirement B9).
    mutating func reindexMounts(_ slot: UInt32, from old: ConfigWords?, to new: ConfigWords?) {
        let (oldSources, newSources) = (old?.mountSources ?? [], new?.mountSources ?? [])
        reindex(.mountTarget, slot, from: old?.mountTargets ?? [], to: new?.mountTargets ?? [])
        guard oldSources != newSources else { return }
        let known = newSources.filter { posting(.mountSource, $0) != nil }
        reindex(.mountSource, slot, from: oldSources, to: newSources)
        for source in Set(newSources).subtracting(known) {
            let number = UInt32(truncatingIfNeeded: source)
            guard strings.read(number, { $0.first }) == 0x2F else { continue }
            mountPaths.insert(number, at: mountPosition(of: strings.read(number) { Array($0) }))
        }
        for source in Set(oldSources) where posting(.mountSource, source) == nil {
            let number = UInt32(truncatingIfNeeded: source)
            guard strings.read(number, { $0.first }) == 0x2F else { continue }
            mountPaths.remove(at: mountPosition(of: strings.read(number) { Array($0) }))
        }
    }

    /// The first place in `mountPaths` whose path does not come before this one.
    func mountPosition(of path: some Sequence<UInt8>) -> SlotList.Position {
        mountPaths.position { number in strings.read(number) { $0.lexicographicallyPrecedes(path) } }
    }

    /// Every source of mounts that lies at a path or under it, by the numbers of their texts.
    ///
    /// Two runs of the sorted list: the path itself, and what goes on with a slash; `/a-b` lies between them.
    func mountSources(at path: PathPrefix) -> [UInt32] {
        var found: [UInt32] = []
        let own = Array(path.path.utf8)
        if let number = strings.number(of: path.path), number != 0,
            posting(.mountSource, UInt64(number)) != nil
        {
            found.append(number)
        }
        let (start, end) = (mountPosition(of: own + [0x2F]), mountPosition(of: own + [0x30]))
        mountPaths.forEach(from: start, to: end) { found.append($0) }
        return found
    }
}

extension ConfigWords {
    /// Keys in the index of sources: where mounts come from on the host.
    fileprivate var mountSources: [UInt64] {
        (0..<mountCount).map { UInt64(mount($0).source) }.filter { $0 != 0 }
    }

    /// Keys in the index of targets: names of volumes, and places in the container.
    fileprivate var mountTargets: [UInt64] {
        (0..<mountCount).flatMap { index in
            let mount = mount(index)
            return [UInt64(mount.name), UInt64(mount.destination)].filter { $0 != 0 }
        }
    }

    /// The key in the index of image ids.
    var imageKey: UInt64? { imageID == 0 ? nil : UInt64(imageID) }

    /// Keys in the index of environment variables.
    var variableKeys: [UInt64] {
        (0..<variableCount).flatMap { index in
            let (key, value) = variable(index)
            guard let value else { return [Snapshot.variableKey(key)] }
            return [
                Snapshot.variableKey(key), Snapshot.shownVariableKey(key), Snapshot.variableKey(key, value),
            ]
        }
    }
}

extension Snapshot {
    /// The key of every container that has an environment variable (requirement B6).
    static func variableKey(_ key: UInt32) -> UInt64 { UInt64(key) << 32 | 0xFFFF_FFFF }

    /// The key of those whose host shows its value.
    static func shownVariableKey(_ key: UInt32) -> UInt64 { UInt64(key) << 32 | 0xFFFF_FFFE }

    /// The key of those that have it with this value, and whose host shows that.
    static func variableKey(_ key: UInt32, _ value: UInt32) -> UInt64 { UInt64(key) << 32 | UInt64(value) }

    /// The key, in the index of published ports, of those that expose this port of their own.
    static func privatePortKey(_ port: UInt16) -> UInt64 { 1 << 32 | UInt64(port) }
}

import Inventory
import Wire

/// What waits to be stored, oldest first; past its bound it grows with the containers, not with time (A6).
///
/// Up to the bound every entry keeps a place of its own, so that history misses nothing. Above it an entry is merged
/// into the newest one of its host that still waits: newest facet wins, newest cursor wins, and the merged entry becomes
/// durable as a whole, so that no change set is ever stored in part. Order between hosts carries no meaning.
struct WaitingLine: Sendable {
    /// Popped places are nil until half of the array is, then it is compacted.
    private var units: [WaitingUnit?] = []
    private var head = 0
    /// Where the newest unit of each host is, counted from the first unit ever.
    private var newest: [HostKey: Int] = [:]
    /// How many places were cut off the front of `units`.
    private var cut = 0
    private(set) var rows = 0
    private(set) var bytes = 0

    var isEmpty: Bool { head == units.count }
    var count: Int { units.count - head }

    /// Adds an entry; answers how many values were never to be seen because of it.
    mutating func append(_ unit: WaitingUnit, above limit: Int, bytes byteLimit: Int) -> Int {
        let isLong = rows + count >= limit || bytes >= byteLimit
        if isLong || unit.changes.isEmpty, !unit.forgets, let place = newest[unit.host],
            let before = units[place - cut], !before.forgets
        {
            // Out of the array while it changes, so that its storage isn't copied.
            units[place - cut] = nil
            var merged = before
            let coalesced = merge(unit, into: &merged)
            units[place - cut] = merged
            return coalesced
        }
        newest[unit.host] = cut + units.count
        rows += unit.rows
        bytes += unit.bytes
        units.append(unit)
        return 0
    }

    /// Takes the oldest units: about as many rows as asked for, never a part of one.
    ///
    /// A unit that forgets its host comes alone.
    mutating func take(rows limit: Int) -> [WaitingUnit] {
        var taken: [WaitingUnit] = []
        var count = 0
        while head < units.count, let unit = units[head] {
            let isAlone = unit.forgets || (taken.last?.forgets ?? false)
            if !taken.isEmpty, isAlone || count + unit.rows > limit { break }
            if newest[unit.host] == head + cut { newest[unit.host] = nil }
            units[head] = nil
            head += 1
            count += max(unit.rows, 1)
            rows -= unit.rows
            bytes -= unit.bytes
            taken.append(unit)
        }
        if head > 64, head > units.count / 2 {
            units.removeFirst(head)
            cut += head
            head = 0
        }
        return taken
    }

    /// What waits about one container, oldest first.
    func changes(host: HostKey, container: ContainerID) -> [WaitingChange] {
        guard newest[host] != nil else { return [] }
        var found: [WaitingChange] = []
        for case .some(let unit) in units[head...] where unit.host == host {
            found += unit.changes(of: container)
        }
        return found
    }

    /// Removals that mean nothing unless the database has the container, and of which that isn't known yet.
    ///
    /// Only those in merged units, since the others are few; by host.
    func removals() -> [HostKey: [ContainerID]] {
        var mentioned: Set<ContainerKey> = []
        var found: [HostKey: [ContainerID]] = [:]
        for case .some(let unit) in units[head...] {
            for change in unit.changes {
                let isFirst = mentioned.insert(ContainerKey(host: unit.host, id: change.id)).inserted
                guard unit.isMerged, isFirst, change.put == nil, !change.isKnown else { continue }
                found[unit.host, default: []].append(change.id)
            }
        }
        return found
    }

    /// Drops the removals that were found to have nothing to remove (false); answers how many.
    mutating func settle(_ removals: [HostKey: [ContainerID: Bool]]) -> Int {
        var dropped = 0
        for place in head..<units.count {
            guard var unit = units[place], unit.isMerged, let answers = removals[unit.host] else { continue }
            units[place] = nil
            rows -= unit.rows
            dropped += unit.settle(answers)
            rows += unit.rows
            units[place] = unit
        }
        return dropped
    }

    private mutating func merge(_ unit: WaitingUnit, into merged: inout WaitingUnit) -> Int {
        rows -= merged.rows
        bytes -= merged.bytes
        let coalesced = merged.merge(unit)
        rows += merged.rows
        bytes += merged.bytes
        return coalesced
    }
}

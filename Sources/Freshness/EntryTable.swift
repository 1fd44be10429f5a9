/// Entries by their keys, and in the order of their last use.
///
/// The order is a list whose links are places in an array: finding, using, adding and taking out an entry, and knowing
/// the least recently used one, cost the same however many there are.
struct EntryTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node: Sendable {
        let key: Key
        var entry: StoredEntry<Value>
        /// The place of the one that was used next after this; `none` for the newest.
        var newer = EntryTable.none
        /// The place of the one that was used last before this; `none` for the oldest.
        var older = EntryTable.none
    }

    private static var none: Int { -1 }

    private var nodes: [Node?] = []
    private var places: [Key: Int] = [:]
    private var free: [Int] = []
    private var newest = EntryTable.none
    private var oldest = EntryTable.none

    var count: Int { places.count }

    /// From the least recently used to the most.
    var keys: [Key] {
        var keys: [Key] = []
        keys.reserveCapacity(count)
        forEach { key, _ in keys.append(key) }
        return keys
    }

    subscript(key: Key) -> StoredEntry<Value>? { places[key].flatMap { nodes[$0]?.entry } }

    /// Tells every entry, from the least recently used to the most.
    func forEach(_ body: (Key, StoredEntry<Value>) -> Void) {
        var place = oldest
        while place != Self.none, let node = nodes[place] {
            body(node.key, node.entry)
            place = node.newer
        }
    }

    /// Changes an entry where it is; its place in the order stays.
    ///
    /// False when there is none.
    @discardableResult
    mutating func update(_ key: Key, _ body: (inout StoredEntry<Value>) -> Void) -> Bool {
        guard let place = places[key], var node = nodes[place] else { return false }
        // Taken out, so that its texts aren't copied.
        nodes[place] = nil
        body(&node.entry)
        nodes[place] = node
        return true
    }

    /// Makes an entry the most recently used one.
    mutating func use(_ key: Key) {
        guard let place = places[key], place != newest else { return }
        unlink(place)
        link(place)
    }

    /// Puts an entry in as the most recently used one, over what had this key.
    mutating func insert(_ key: Key, _ entry: StoredEntry<Value>) {
        if update(key, { $0 = entry }) { return use(key) }
        let place = free.popLast() ?? nodes.count
        if place == nodes.count { nodes.append(nil) }
        nodes[place] = Node(key: key, entry: entry)
        places[key] = place
        link(place)
    }

    @discardableResult
    mutating func remove(_ key: Key) -> StoredEntry<Value>? {
        guard let place = places.removeValue(forKey: key), let node = nodes[place] else { return nil }
        unlink(place)
        nodes[place] = nil
        free.append(place)
        return node.entry
    }

    /// Takes out the least recently used entry; nil when there is none.
    mutating func removeOldest() -> Key? {
        guard oldest != Self.none, let key = nodes[oldest]?.key else { return nil }
        remove(key)
        return key
    }

    private mutating func link(_ place: Int) {
        nodes[place]?.older = newest
        nodes[place]?.newer = Self.none
        if newest != Self.none { nodes[newest]?.newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        guard let node = nodes[place] else { return }
        if node.older != Self.none { nodes[node.older]?.newer = node.newer } else { oldest = node.newer }
        if node.newer != Self.none { nodes[node.newer]?.older = node.older } else { newest = node.older }
    }
}

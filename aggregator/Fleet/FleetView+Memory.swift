extension FleetView {
    /// Bytes that the fleet's tables take, by table, without what the allocator adds (16 bytes an array, about).
    package var memory: [(table: String, bytes: Int)] {
        let records = snapshot.records
        let packed = records.chunks.joined().reduce(0) { $0 + Self.array($1.packed.bytes.count) }
        let strings = snapshot.strings
        var indexKeys = 0
        var indexLists = 0
        for index in snapshot.indexes.indices {
            indexKeys += snapshot.indexes[index].keyBytes
            indexLists += snapshot.indexes[index].listBytes
        }
        let orders =
            snapshot.byID.byteCount
            + snapshot.hostOrder.reduce(0) { $0 + (snapshot.hosts[$1]?.members.byteCount ?? 0) }
        return [
            ("ids", snapshot.ids.capacity * 32),
            ("digests", records.capacity * 32),
            ("fixed columns", records.capacity * MemoryLayout<Record>.stride),
            ("variable parts", packed),
            ("names", strings.names.byteCount), ("other texts", strings.others.byteCount),
            ("texts by number", strings.places.capacity * 8), ("texts by hash", strings.tableBytes),
            ("index keys", indexKeys), ("index lists", indexLists), ("order by id", orders),
        ]
    }

    /// Bytes of all texts.
    package var textBytes: Int { snapshot.strings.names.byteCount + snapshot.strings.others.byteCount }

    /// What an array with so many bytes takes; an empty one is shared.
    static func array(_ bytes: Int) -> Int { bytes == 0 ? 0 : 32 + bytes }
}

extension SlotList {
    /// Bytes of its chunks.
    var byteCount: Int { chunks.reduce(0) { $0 + FleetView.array($1.capacity * 4) } }
}

extension Posting {
    /// Bytes beside the posting itself.
    var byteCount: Int {
        switch self {
        case .one: 0
        case .few(let slots): FleetView.array(slots.capacity * 4)
        case .many(let list): list.byteCount
        }
    }
}

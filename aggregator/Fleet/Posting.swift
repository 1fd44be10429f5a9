/// The slots of all containers that have one thing in common, sorted by number.
///
/// Most postings hold one slot (a name, a configuration hash), so that one costs no allocation.
enum Posting: Sendable {
    case one(UInt32)
    /// Two to 1,024.
    case few([UInt32])
    case many(SlotList)

    var count: Int {
        switch self {
        case .one: 1
        case .few(let slots): slots.count
        case .many(let list): list.count
        }
    }

    /// Near the count, found without touching much memory.
    var estimatedCount: Int {
        switch self {
        case .one: 1
        case .few(let slots): slots.count
        case .many(let list): list.estimatedCount
        }
    }

    /// Every slot, ascending.
    func forEach(_ body: (UInt32) -> Void) {
        switch self {
        case .one(let slot): body(slot)
        case .few(let slots): for slot in slots { body(slot) }
        case .many(let list): list.forEach(body)
        }
    }

    /// Whether a slot is in it.
    func contains(_ slot: UInt32) -> Bool {
        switch self {
        case .one(let other): return other == slot
        case .few(let slots):
            let place = Self.place(of: slot, in: slots)
            return place < slots.count && slots[place] == slot
        case .many(let list): return list.slot(at: list.position { $0 < slot }) == slot
        }
    }

    /// Adds a slot; one that is there already stays.
    mutating func insert(_ slot: UInt32) {
        switch self {
        case .one(let other):
            if other != slot { self = .few([min(slot, other), max(slot, other)]) }
        case .few(var slots):
            self = .one(slot)
            let place = Self.place(of: slot, in: slots)
            if place == slots.count || slots[place] != slot { slots.insert(slot, at: place) }
            self = slots.count <= SlotList.chunkSize ? .few(slots) : .many(SlotList(sorted: slots))
        case .many(var list):
            self = .one(slot)
            let place = list.position { $0 < slot }
            if list.slot(at: place) != slot { list.insert(slot, at: place) }
            self = .many(list)
        }
    }

    /// Takes a slot out, and says whether none is left.
    mutating func remove(_ slot: UInt32) -> Bool {
        switch self {
        case .one(let other):
            return other == slot
        case .few(var slots):
            self = .one(slot)
            let place = Self.place(of: slot, in: slots)
            if place < slots.count, slots[place] == slot { slots.remove(at: place) }
            self = slots.count == 1 ? .one(slots[0]) : .few(slots)
            return false
        case .many(var list):
            self = .one(slot)
            let place = list.position { $0 < slot }
            if list.slot(at: place) == slot { list.remove(at: place) }
            // Back to one array only when well below, so that a posting at the edge doesn't change form each
            // time.
            self = list.chunks.count == 1 ? .few(list.chunks[0]) : .many(list)
            return false
        }
    }

    private static func place(of slot: UInt32, in slots: [UInt32]) -> Int {
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if slots[middle] < slot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

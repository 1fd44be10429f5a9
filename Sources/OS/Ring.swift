/// A first-in, first-out queue in one array; it grows as needed, so its user sets the limit.
struct Ring<Element> {
    private var slots: [Element?] = []
    private var head = 0
    private(set) var count = 0

    mutating func append(_ element: Element) {
        if count == slots.count {
            let size = max(8, count * 2)
            var larger: [Element?] = []
            larger.reserveCapacity(size)
            for offset in 0..<count { larger.append(slots[index(offset)]) }
            for _ in count..<size { larger.append(nil) }
            slots = larger
            head = 0
        }
        slots[index(count)] = element
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let first = slots[head].take()
        head = index(1)
        count -= 1
        return first
    }

    /// Puts another element in the place of the last one; there must be one.
    mutating func replaceLast(_ element: Element) {
        slots[index(count - 1)] = element
    }

    private func index(_ offset: Int) -> Int {
        (head + offset) % slots.count
    }
}

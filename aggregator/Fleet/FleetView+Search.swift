package import Inventory

/// What a search found.
package struct SearchResult: Sendable {
    /// In order of their host's id, then of their own; not more than were asked for.
    package let slots: [FleetView.Slot]
    /// How many containers match.
    package let total: Int
    /// How many hosts have one that matches.
    package let hosts: Int
}

extension FleetView {
    /// Containers that have a text in their name, image or id, on all hosts (requirement B7).
    ///
    /// Letters match in either case. The names lie together and are gone through as one text, each different image is
    /// looked at once, and each id if the text may be a part of one.
    package func search(_ text: String, limit: Int = .max) -> SearchResult {
        let part = Array(text.utf8.map(NameScan.lowercased))
        guard !part.isEmpty else { return SearchResult(slots: [], total: 0, hosts: 0) }
        var found = SlotSet(capacity: snapshot.records.capacity)
        let (scan, strings) = (NameScan(part), snapshot.strings)
        for chunk in strings.names.chunks.indices {
            scan.forEachHit(in: strings.names, chunk: chunk) { number, place in
                guard strings.places[number] == place | Strings.Place.name else { return }
                snapshot.posting(.name, UInt64(number))?.forEach { found.insert($0) }
            }
        }
        snapshot.indexes[Snapshot.Index.image.rawValue].forEach { key, posting in
            let fits = strings.read(UInt32(truncatingIfNeeded: key)) { Self.contains($0, part) }
            if fits { posting.forEach { found.insert($0) } }
        }
        if let digits = HexadecimalPart(part) {
            for (chunk, ids) in snapshot.ids.chunks.enumerated() {
                for offset in ids.indices where digits.isIn(ids[offset]) {
                    let slot = UInt32(chunk * Chunks<ContainerID>.size + offset)
                    if snapshot.records[slot].host != Record.nobody { found.insert(slot) }
                }
            }
        }
        return result(found, limit)
    }

    /// The first of what was found, and how much there is.
    private func result(_ found: SlotSet, _ limit: Int) -> SearchResult {
        var counts = Array(repeating: 0, count: snapshot.hosts.capacity)
        var total = 0
        found.forEach { slot in
            counts[Int(snapshot.records[slot].host)] += 1
            total += 1
        }
        // Those hosts, in order, whose containers are wanted.
        var wanted: [UInt32: [UInt32]] = [:]
        var order: [UInt32] = []
        var left = limit
        var hosts = 0
        for place in snapshot.hostOrder where counts[Int(place)] > 0 {
            hosts += 1
            guard left > 0 else { continue }
            left -= min(left, counts[Int(place)])
            order.append(place)
            wanted[place] = []
        }
        found.forEach { slot in wanted[snapshot.records[slot].host]?.append(slot) }
        var slots: [Slot] = []
        for place in order {
            let sorted = (wanted[place] ?? []).sorted { snapshot.ids[$0] < snapshot.ids[$1] }
            slots += sorted.prefix(limit - slots.count).map { Slot(number: $0) }
        }
        return SearchResult(slots: slots, total: total, hosts: hosts)
    }

    private static func contains(_ text: ArraySlice<UInt8>, _ part: [UInt8]) -> Bool {
        guard text.count >= part.count else { return false }
        for start in text.startIndex...(text.endIndex - part.count) {
            var index = 0
            while index < part.count, NameScan.lowercased(text[start + index]) == part[index] { index += 1 }
            if index == part.count { return true }
        }
        return false
    }
}

/// Up to 64 hexadecimal digits, to be found anywhere in an id without making text of it.
package struct HexadecimalPart {
    private let digits: [UInt64]
    /// The first digits, at most sixteen.
    private let head: UInt64
    private let headCount: Int
    /// The first three digits, each sixteen times; fewer are repeated.
    private let repeated: (UInt64, UInt64, UInt64)
    /// How far the second and the third of them are from the first, in bits.
    private let distances: (UInt64, UInt64)

    private static let ones: UInt64 = 0x1111_1111_1111_1111
    private static let highs: UInt64 = 0x8888_8888_8888_8888

    /// Nil unless the text is 1 to 64 lowercase hexadecimal digits.
    package init?(_ text: [UInt8]) {
        guard (1...64).contains(text.count) else { return nil }
        var digits: [UInt64] = []
        for byte in text {
            switch byte {
            case 0x30...0x39: digits.append(UInt64(byte - 0x30))
            case 0x61...0x66: digits.append(UInt64(byte - 0x57))
            default: return nil
            }
        }
        self.digits = digits
        headCount = min(16, digits.count)
        head = digits.prefix(16).reduce(0) { $0 << 4 | $1 }
        let (second, third) = (min(1, digits.count - 1), min(2, digits.count - 1))
        repeated = (digits[0] &* Self.ones, digits[second] &* Self.ones, digits[third] &* Self.ones)
        distances = (UInt64(4 * second), UInt64(4 * third))
    }

    /// Whether an id holds these digits.
    package func isIn(_ id: ContainerID) -> Bool {
        let (first, second, third, fourth) = id.words
        guard
            mayBegin(in: first, second) || mayBegin(in: second, third) || mayBegin(in: third, fourth)
                || mayBegin(in: fourth, 0)
        else { return false }
        return isExactlyIn(id)
    }

    /// Whether the first three digits may begin in a word, told for its sixteen digits at once.
    private func mayBegin(in word: UInt64, _ next: UInt64) -> Bool {
        var wrong = word ^ repeated.0
        wrong |= (word << distances.0 | next >> (64 - distances.0)) ^ repeated.1
        wrong |= (word << distances.1 | next >> (64 - distances.1)) ^ repeated.2
        return (wrong &- Self.ones) & ~wrong & Self.highs != 0
    }

    private func isExactlyIn(_ id: ContainerID) -> Bool {
        let words: [4 of UInt64] = [id.words.0, id.words.1, id.words.2, id.words.3]
        let shift = UInt64(64 - 4 * headCount)
        for start in 0...(64 - digits.count) {
            let (word, offset) = (start >> 4, UInt64(start & 15) * 4)
            // The sixteen digits from `start` on; past the end there are zeros, which the bounds keep from counting.
            var window = words[word] << offset
            if offset > 0, word < 3 { window |= words[word + 1] >> (64 - offset) }
            if window >> shift == head, hasRest(words, from: start) { return true }
        }
        return false
    }

    private func hasRest(_ words: [4 of UInt64], from start: Int) -> Bool {
        var index = headCount
        while index < digits.count {
            let place = start + index
            guard words[place >> 4] >> UInt64(60 - 4 * (place & 15)) & 15 == digits[index] else {
                return false
            }
            index += 1
        }
        return true
    }
}

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
    /// Letters match in either case. Each different name and image is looked at once, then each id.
    package func search(_ text: String, limit: Int = .max) -> SearchResult {
        let part = Array(text.utf8.map(Self.lowercased))
        guard !part.isEmpty else { return SearchResult(slots: [], total: 0, hosts: 0) }
        var found: Set<UInt32> = []
        for index in [Snapshot.Index.name, .image] {
            snapshot.indexes[index.rawValue].forEach { key, posting in
                guard Self.contains(snapshot.strings[UInt32(truncatingIfNeeded: key)], part) else { return }
                posting.forEach { found.insert($0) }
            }
        }
        if let digits = HexadecimalPart(part) {
            snapshot.byID.forEach { slot in
                if digits.isIn(snapshot.ids[slot]) { found.insert(slot) }
            }
        }
        var byHost: [UInt32: [UInt32]] = [:]
        for slot in found { byHost[snapshot.records[slot].host, default: []].append(slot) }
        var slots: [Slot] = []
        for place in snapshot.ordered(byHost.keys) where slots.count < limit {
            let sorted = (byHost[place] ?? []).sorted { snapshot.ids[$0] < snapshot.ids[$1] }
            slots += sorted.prefix(limit - slots.count).map { Slot(number: $0) }
        }
        return SearchResult(slots: slots, total: found.count, hosts: byHost.count)
    }

    /// ASCII only: names and images hold nothing else.
    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    private static func contains(_ text: String, _ part: [UInt8]) -> Bool {
        let text = text.utf8.span
        guard text.count >= part.count else { return false }
        for start in 0...(text.count - part.count) {
            var index = 0
            while index < part.count, lowercased(text[start + index]) == part[index] { index += 1 }
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
    }

    /// Whether an id holds these digits.
    package func isIn(_ id: ContainerID) -> Bool {
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

/// By what containers are ranked (requirement B8).
package enum UsageMeasure: String, Hashable, Sendable, CaseIterable {
    case cpu
    case memory
    /// Of what the container may use: its limit, or the host's memory.
    case memoryPercent
}

/// The containers that use most, the greediest first.
package struct UsageRanking: Sendable {
    package let slots: [FleetView.Slot]
    /// How many containers have a sample at all.
    package let sampled: Int
}

extension FleetView {
    /// The containers that use most, those first.
    ///
    /// One column is gone through from end to end; where a query narrows the choice, only its containers are. Samples
    /// from before `notBefore`, in ms of the aggregator's monotonic clock, don't count. Of equals, those of the first
    /// host by id come first.
    package func top(
        _ limit: Int, by measure: UsageMeasure, among query: Query? = nil, notBefore: Int64 = .min
    ) -> UsageRanking {
        var ranking = Ranking(limit: limit)
        var sampled = snapshot.stats.count
        if let query {
            var all = query
            (all.limit, all.after) = (nil, nil)
            sampled = 0
            for slot in containers(matching: all).slots {
                guard let at = snapshot.stats.value(.at, of: slot.number) else { continue }
                sampled += 1
                guard at >= notBefore, let value = snapshot.stats.value(by: measure, of: slot.number) else {
                    continue
                }
                ranking.offer(value, slot.number)
            }
        } else {
            snapshot.stats.rank(by: measure, notBefore: notBefore, into: &ranking)
        }
        let order = ranking.entries.map { entry -> (value: Int64, slot: UInt32, host: UInt32) in
            (entry.value, entry.slot, snapshot.records[entry.slot].host)
        }.sorted { one, other in
            guard one.value == other.value else { return one.value > other.value }
            guard one.host == other.host, let hostID = snapshot.hosts[one.host]?.id,
                let otherID = snapshot.hosts[other.host]?.id, hostID == otherID
            else {
                guard let hostID = snapshot.hosts[one.host]?.id, let otherID = snapshot.hosts[other.host]?.id
                else { return false }
                return hostID < otherID
            }
            return snapshot.ids[one.slot] < snapshot.ids[other.slot]
        }
        return UsageRanking(slots: order.map { Slot(number: $0.slot) }, sampled: sampled)
    }
}

/// The largest values so far; the smallest of them in front, as in any heap.
struct Ranking {
    private(set) var entries: [(value: Int64, slot: UInt32)] = []
    private let limit: Int
    /// What a value must be more than to be taken.
    private(set) var least: Int64

    init(limit: Int) {
        self.limit = max(0, limit)
        least = limit > 0 ? -1 : .max
        entries.reserveCapacity(min(self.limit, 1_024))
    }

    /// Takes a value if it is among the largest.
    mutating func offer(_ value: Int64, _ slot: UInt32) {
        guard value > least else { return }
        guard entries.count == limit else {
            entries.append((value, slot))
            rise()
            if entries.count == limit { least = entries[0].value }
            return
        }
        entries[0] = (value, slot)
        sink()
        least = entries[0].value
    }

    private mutating func rise() {
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].value < entries[parent].value else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { return }
            if child + 1 < entries.count, entries[child + 1].value < entries[child].value { child += 1 }
            guard entries[child].value < entries[parent].value else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }
}

extension StatsTable {
    /// A slot's number of a measure; nil when it is not known.
    func value(by measure: UsageMeasure, of slot: UInt32) -> Int64? {
        switch measure {
        case .cpu: value(Narrow.cpu, of: slot)
        case .memory: value(Wide.memory, of: slot)
        case .memoryPercent: value(Narrow.memoryPercent, of: slot)
        }
    }

    /// Offers every value of a measure.
    func rank(by measure: UsageMeasure, notBefore: Int64, into ranking: inout Ranking) {
        for (number, chunk) in chunks.enumerated() where !chunk.wide.isEmpty {
            let first = UInt32(number * Self.size)
            let times = chunk.wide.span.extracting(Self.range(.at))
            switch measure {
            case .cpu:
                Self.rank(chunk.narrow.span.extracting(Self.range(.cpu)), times, first, notBefore, &ranking)
            case .memory:
                Self.rank(chunk.wide.span.extracting(Self.range(.memory)), times, first, notBefore, &ranking)
            case .memoryPercent:
                let percents = chunk.narrow.span.extracting(Self.range(.memoryPercent))
                Self.rank(percents, times, first, notBefore, &ranking)
            }
        }
    }

    private static func range(_ column: Wide) -> Range<Int> {
        column.rawValue * size..<(column.rawValue + 1) * size
    }

    private static func range(_ column: Narrow) -> Range<Int> {
        column.rawValue * size..<(column.rawValue + 1) * size
    }

    /// Values that are looked at together; a constant, so that the compiler makes vectors of them.
    private static var stride: Int { 32 }

    @inline(__always)
    private static func rank<Value: FixedWidthInteger>(
        _ values: Span<Value>, _ times: Span<Int64>, _ first: UInt32, _ notBefore: Int64,
        _ ranking: inout Ranking
    ) {
        var start = 0
        while start < size {
            var largest = Value.min
            for index in 0..<stride {
                // SAFETY: both spans have `size` elements, which is a multiple of `stride`.
                largest = unsafe max(largest, values[unchecked: start + index])
            }
            if Int64(largest) > ranking.least {
                for index in start..<start + stride
                where Int64(values[index]) > ranking.least && times[index] >= notBefore {
                    ranking.offer(Int64(values[index]), first + UInt32(index))
                }
            }
            start += stride
        }
    }
}

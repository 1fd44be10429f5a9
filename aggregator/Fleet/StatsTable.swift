import Inventory

/// The last sample of each slot in columns, apart from the records: what containers use is no state of the fleet.
///
/// A chunk of slots is one array of each width, column after column: to look for the largest value is to go through
/// memory in order, and a write beside a reader copies one chunk. 76 bytes for each slot, only in chunks that ever
/// had a sample. What is not known is negative.
struct StatsTable: Sendable {
    /// Slots in a chunk.
    static var size: Int { 512 }

    /// Columns of 64 bits.
    enum Wide: Int, CaseIterable {
        case at, cpuTime, memory, limit, received, sent, read, written
    }

    /// Columns of 32 bits.
    enum Narrow: Int, CaseIterable {
        /// Hundredths of a percent of one CPU.
        case cpu
        /// Ten-thousandths of a percent of the memory that the container may use.
        case memoryPercent
        case pids
    }

    /// The columns of some slots; empty arrays where there was never a sample.
    struct Chunk: Sendable {
        var wide: [Int64] = []
        var narrow: [Int32] = []
    }

    private(set) var chunks: [Chunk] = []
    /// Slots that have a sample.
    private(set) var count = 0

    /// What stands in the column `at` of a slot without a sample.
    static let never = Int64.min

    /// One number of a slot; nil when it is not known, or the slot has no sample.
    func value(_ column: Wide, of slot: UInt32) -> Int64? {
        let (chunk, offset) = Self.place(slot)
        guard chunk < chunks.count, !chunks[chunk].wide.isEmpty else { return nil }
        let value = chunks[chunk].wide[column.rawValue * Self.size + offset]
        return column == .at ? (value == Self.never ? nil : value) : (value < 0 ? nil : value)
    }

    /// One number of a slot; nil when it is not known, or the slot has no sample.
    func value(_ column: Narrow, of slot: UInt32) -> Int64? {
        let (chunk, offset) = Self.place(slot)
        guard chunk < chunks.count, !chunks[chunk].narrow.isEmpty else { return nil }
        let value = chunks[chunk].narrow[column.rawValue * Self.size + offset]
        return value < 0 ? nil : Int64(value)
    }

    /// A slot's last sample and when it was taken, on the clock of whoever wrote it.
    subscript(slot: UInt32) -> (sample: ContainerStats, at: Int64)? {
        guard let at = value(.at, of: slot) else { return nil }
        var sample = ContainerStats()
        sample.cpu = value(.cpu, of: slot)
        sample.cpuTime = value(.cpuTime, of: slot)
        sample.memory = value(.memory, of: slot)
        sample.memoryLimit = value(.limit, of: slot) ?? 0
        sample.pids = value(.pids, of: slot)
        sample.received = value(.received, of: slot)
        sample.sent = value(.sent, of: slot)
        sample.read = value(.read, of: slot)
        sample.written = value(.written, of: slot)
        return (sample, at)
    }

    /// Keeps a slot's sample unless a newer one is there; answers whether it did.
    ///
    /// `hostMemory` is what a container without a limit may use; 0 = not known.
    mutating func put(_ sample: ContainerStats, at: Int64, hostMemory: Int64, in slot: UInt32) -> Bool {
        let (chunk, offset) = Self.place(slot)
        while chunks.count <= chunk { chunks.append(Chunk()) }
        if chunks[chunk].wide.isEmpty { chunks[chunk] = Self.blank }
        let before = chunks[chunk].wide[Wide.at.rawValue * Self.size + offset]
        guard before <= at else { return false }
        if before == Self.never { count += 1 }
        let percent = sample.memoryPercent(hostMemory: hostMemory)
        func write(_ column: Wide, _ value: Int64?) {
            chunks[chunk].wide[column.rawValue * Self.size + offset] = max(-1, value ?? -1)
        }
        func write(_ column: Narrow, _ value: Int64?) {
            let value = Int32(clamping: max(-1, value ?? -1))
            chunks[chunk].narrow[column.rawValue * Self.size + offset] = value
        }
        write(.cpu, sample.cpu)
        write(.memoryPercent, percent)
        write(.pids, sample.pids)
        write(.cpuTime, sample.cpuTime)
        write(.memory, sample.memory)
        write(.limit, sample.memoryLimit)
        write(.received, sample.received)
        write(.sent, sample.sent)
        write(.read, sample.read)
        write(.written, sample.written)
        // Times may lie before the clock began: samples of the last run.
        chunks[chunk].wide[Wide.at.rawValue * Self.size + offset] = at
        return true
    }

    /// Takes a slot's sample away.
    mutating func clear(_ slot: UInt32) {
        let (chunk, offset) = Self.place(slot)
        guard value(.at, of: slot) != nil else { return }
        for column in Wide.allCases { chunks[chunk].wide[column.rawValue * Self.size + offset] = -1 }
        for column in Narrow.allCases { chunks[chunk].narrow[column.rawValue * Self.size + offset] = -1 }
        chunks[chunk].wide[Wide.at.rawValue * Self.size + offset] = Self.never
        count -= 1
    }

    private static let blank: Chunk = {
        var chunk = Chunk(
            wide: Array(repeating: -1, count: Wide.allCases.count * size),
            narrow: Array(repeating: -1, count: Narrow.allCases.count * size))
        for offset in 0..<size { chunk.wide[Wide.at.rawValue * size + offset] = never }
        return chunk
    }()

    private static func place(_ slot: UInt32) -> (chunk: Int, offset: Int) {
        (Int(slot) / size, Int(slot) % size)
    }
}

import Inventory
import Wire

/// A property that a schedule broke.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// One agent, one aggregator, a link and a disk, in which anything may happen in any order.
///
/// After every step: what the aggregator shows, and what its disk holds, each equals a state that the agent had, at
/// exactly the version it claims (nothing is lost or applied twice, no gap is silent); that version never goes back but by
/// a crash or a disk that went back; and no version is called durable that the disk doesn't hold.
final class World {
    var now: Int64 = 1_000_000
    /// What the Engine has; survives the agent.
    var engine: Contents = [:]
    var counter = 0
    // The agent
    var log: HostLog
    var instance: Instance
    var digestKey: SipHash.Key
    var epochs: UInt64 = 0
    // The aggregator
    var memory = Knowledge()
    var queue: [Write] = []
    var disk = Knowledge()
    var commits: [Knowledge] = [Knowledge()]
    // Between them
    var link: Link?
    var oldLinks: [Link] = []
    var links: Int64 = 0
    /// Every state that the agent ever had.
    var history: [Point: Contents] = [:]

    /// So small that nearly every set, manifest and need goes in pieces.
    static let pieces = PieceLimits(bytes: 150, entries: 2, ids: 2)
    static let timing = SessionTiming(heartbeat: 2_000, greeting: 10_000)
    static let ids: [ContainerID] = (1...7).map { number in
        ContainerID(words: (0, 0, 0, UInt64(number)))
    }
    static let host: HostID = {
        guard let id = HostID("h1") else { preconditionFailure() }
        return id
    }()

    init() {
        instance = Instance(id: String(repeating: "0", count: 32), secret: String(repeating: "1", count: 32))
        digestKey = SipHash.Key(low: 1, high: 2)
        log = HostLog(epoch: Epoch(high: 0, low: 0), digestKey: digestKey, minimumTombstones: 3)
        remember()
    }

    func remember() {
        var contents: Contents = [:]
        for id in log.ids { contents[id] = log[id] }
        history[Point(epoch: log.epoch, version: log.version)] = contents
    }

    func check() throws {
        try check(memory, "memory")
        try check(disk, "disk")
    }

    private func check(_ knowledge: Knowledge, _ place: String) throws {
        guard let point = knowledge.point else {
            guard knowledge.contents.isEmpty else {
                throw Violation(description: "\(place) holds rows of no version")
            }
            return
        }
        guard knowledge.contents == history[point] else {
            throw Violation(
                description:
                    "\(place) claims version \(point.version) of epoch \(point.epoch) and differs from it")
        }
    }

    /// Runs a schedule, then lets the world calm down and asks that both ends agree.
    func run(_ steps: [Step]) throws {
        for step in steps {
            try perform(step)
            try check()
        }
        try settle()
    }

    private func settle() throws {
        if !log.isComplete { completeList() }
        for _ in 0..<60 {
            // A disk that went back may name an instance that is gone; its administrator takes the host out again.
            if let owner = memory.record.instance, owner != instance.id { forgetHost() }
            if link == nil { connect() }
            for _ in 0..<6 {
                try carryToAggregator(.max)
                try carryToAgent(.max)
                commit(.max)
                try flushAggregator()
            }
            try tick(by: 700)
            try check()
            let isAgreed = memory.contents == engine && disk.contents == engine && queue.isEmpty
            let isLive = link?.aggregator?.session.cursor == log.version
            if isAgreed, isLive, link?.agent?.session.isCaughtUp(with: log) == true { return }
        }
        let session = link?.aggregator?.session.cursor
        throw Violation(
            description: "did not converge: engine \(engine.count), memory \(memory.contents.count), disk "
                + "\(disk.contents.count), version \(log.version), cursor \(session.map(String.init) ?? "none")"
        )
    }
}

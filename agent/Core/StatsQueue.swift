package import Inventory

/// Which containers the Engine is asked about next, where files can't be read: everyone gets a turn, and no cycle asks more
/// than so often.
///
/// What a cycle doesn't reach waits at the head of the next one. Those that somebody watches live have a line of their
/// own, from which every second one is taken.
package struct StatsQueue: Sendable {
    private var live: [ContainerID] = []
    private var waiting: [ContainerID] = []
    private var isQueued: Set<ContainerID> = []
    private var isLive: Set<ContainerID> = []
    private var left: Int
    private var takesLive = false
    private let limit: Int

    /// - Parameter limit: How many of those that nobody watches are asked about in one cycle.
    package init(limit: Int) {
        self.limit = limit
        left = limit
    }

    /// How many wait, watched or not.
    package var count: Int { live.count + waiting.count }

    /// Begins a cycle: puts those in that don't wait already, and leaves out who isn't among them any more.
    package mutating func begin(_ ids: [ContainerID]) {
        left = limit
        let wanted = Set(ids)
        waiting.removeAll { !wanted.contains($0) }
        isQueued.formIntersection(wanted)
        for id in ids where isQueued.insert(id).inserted { waiting.append(id) }
    }

    /// Adds those that are watched live and due.
    package mutating func add(live ids: [ContainerID]) {
        for id in ids where isLive.insert(id).inserted { live.append(id) }
    }

    /// Takes the next one; nil when none waits, or none more in this cycle.
    package mutating func next() -> ContainerID? {
        takesLive.toggle()
        if takesLive || waiting.isEmpty || left <= 0 {
            if !live.isEmpty {
                let id = live.removeFirst()
                isLive.remove(id)
                return id
            }
        }
        guard left > 0, !waiting.isEmpty else { return nil }
        left -= 1
        let id = waiting.removeFirst()
        isQueued.remove(id)
        return id
    }

    /// Asks about nobody more before the next cycle.
    package mutating func giveUp() {
        left = 0
        live = []
        isLive = []
    }
}

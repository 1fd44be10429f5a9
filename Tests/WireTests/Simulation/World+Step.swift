import Wire

extension World {
    func perform(_ step: Step) throws {
        switch step {
        case .change(let seed): change(seed)
        case .remove(let seed): remove(seed)
        case .storm(let seed): storm(seed)
        case .completeList: if !log.isComplete { completeList() }
        case .connect: connect()
        case .carryToAggregator(let seed): try carryToAggregator(Self.portion(seed))
        case .carryToAgent(let seed): try carryToAgent(Self.portion(seed))
        case .tick(let seed): try tick(by: Int64(seed % 1_500))
        case .commit(let seed): commit(Int(seed % 4) + 1)
        case .cut(let seed): cut(seed)
        case .lateBytes(let seed):
            guard let old = oldLinks.last else { return }
            try carryToAggregator(Self.portion(seed), on: old)
        case .crashAgent(let seed): crashAgent(seed)
        case .crashAggregator: crashAggregator()
        case .rollBack(let seed):
            disk = commits[Int(seed % UInt64(commits.count))]
            crashAggregator()
        case .loseState:
            crashAgent(UInt64(counter), losesState: true)
            forgetHost()
        case .forgetHost: forgetHost()
        case .drop, .duplicate, .swap: interfere(step)
        }
    }

    private static func portion(_ seed: UInt64) -> Int {
        seed % 3 == 0 ? Int(seed >> 8 % 400) : .max
    }

    /// Cuts the connection for one end or both; bytes under way may be lost.
    private func cut(_ seed: UInt64) {
        guard let link else { return }
        if seed & 1 == 0 {
            link.toAggregator.frames.removeLast(Int(seed >> 2) % (link.toAggregator.frames.count + 1))
        }
        hangUp()
        if seed & 2 == 0 {
            link.isAggregatorOpen = false
            link.aggregator = nil
        }
    }

    /// Drops, repeats or swaps a whole frame behind the opening, in either direction.
    private func interfere(_ step: Step) {
        guard let link, link.aggregator != nil, link.agent?.session.isWelcomed == true else { return }
        let seed: UInt64 =
            switch step {
            case .drop(let seed), .duplicate(let seed), .swap(let seed): seed
            default: 0
            }
        if seed & 1 == 0 {
            Self.interfere(step, at: seed >> 1, with: &link.toAggregator)
        } else {
            Self.interfere(step, at: seed >> 1, with: &link.toAgent)
        }
    }

    private static func interfere(_ step: Step, at place: UInt64, with pipe: inout Link.Pipe) {
        // A frame of which a part has arrived is past the proxy.
        let first = pipe.arrived > 0 ? 1 : 0
        guard pipe.frames.count > first else { return }
        let index = first + Int(place % UInt64(pipe.frames.count - first))
        switch step {
        case .drop: pipe.frames.remove(at: index)
        case .duplicate: pipe.frames.insert(pipe.frames[index], at: index)
        case .swap where index + 1 < pipe.frames.count: pipe.frames.swapAt(index, index + 1)
        default: break
        }
    }
}

import Wire

/// One simulated connection with its two ends; bytes in flight stay in flight until a step carries them.
final class Link {
    /// Whole frames under way in one direction.
    struct Pipe {
        var frames: [[UInt8]] = []
        /// Bytes of the first frame that have arrived already.
        var arrived = 0

        /// Takes up to `count` bytes off the front, in order.
        mutating func take(_ count: Int) -> [UInt8] {
            var taken: [UInt8] = []
            while taken.count < count, let first = frames.first {
                let rest = first[arrived...].prefix(count - taken.count)
                taken.append(contentsOf: rest)
                arrived += rest.count
                if arrived == first.count {
                    frames.removeFirst()
                    arrived = 0
                }
            }
            return taken
        }

        var bytes: Int { frames.reduce(0) { $0 + $1.count } - arrived }
    }

    /// A noncopyable session in a place that a class can hold.
    final class Box<Session: ~Copyable> {
        var session: Session

        init(_ session: consuming Session) {
            self.session = session
        }
    }

    let number: Int64
    var toAggregator = Pipe()
    var toAgent = Pipe()
    var agentDecoder = FrameDecoder(limit: FrameDecoder.sessionLimit)
    var aggregatorDecoder = FrameDecoder()
    /// Nil once the agent's end is closed.
    var agent: Box<AgentSession>?
    /// Nil before `hello` was accepted and after the aggregator's end is closed.
    var aggregator: Box<AggregatorSession>?
    /// The epoch that this link's agent spoke for.
    var epoch: Epoch?
    var isAggregatorOpen = true

    init(number: Int64, agent: consuming AgentSession) {
        self.number = number
        self.agent = Box(agent)
    }
}

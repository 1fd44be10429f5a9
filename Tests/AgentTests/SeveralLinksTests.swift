import AgentCore
import Inventory
import OS
import TestSupport
import Testing
import Wire

/// A1: one host, reported over several links, each with a cursor of its own.
@Suite(.timeLimit(.minutes(1))) struct `A host with several links` {
    private static func host() throws -> HostState {
        var random = SystemRandom()
        let id = try #require(HostID("web"))
        return HostState(
            description: HostDescription(id: id, name: "web"), identity: Identity(using: &random),
            version: "1",
            epoch: Epoch(using: &random))
    }

    /// What the Engine has, changed by chance: the truth that each aggregator must end at.
    private struct Engine {
        var containers: [ContainerID: EncodedContainer] = [:]
        private var last = 0

        mutating func change(_ host: HostState, using random: inout SplitMix64) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                last += 1
                put(host, last, .running)
            case 2:
                guard let id = containers.keys.sorted().randomElement(using: &random) else { return }
                containers[id] = nil
                host.changed([(id, nil)])
            default:
                guard last > 0 else { return }
                put(host, Int.random(in: max(1, last - 50)...last, using: &random), .exited)
            }
        }

        mutating func put(_ host: HostState, _ number: Int, _ state: ContainerState) {
            let container = Reporting.container(number, state: state)
            containers[Reporting.id(number)] = container
            host.changed([(Reporting.id(number), container)])
        }
    }

    /// Whoever comes, goes and lags: in the end each holds what the Engine has.
    @Test(arguments: 1...20) func `tells each what it lacks, whenever it comes`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let host = try Self.host()
        let aggregators = (0..<3).map { _ in ModelAggregator(host.link()) }
        var engine = Engine()
        host.reconciled([])
        for _ in 0..<250 {
            engine.change(host, using: &random)
            let one = aggregators[Int.random(in: 0..<3, using: &random)]
            switch Int.random(in: 0..<10, using: &random) {
            case 0: one.connect()
            case 1...4: try one.settle()
            default: break
            }
        }
        for one in aggregators {
            if !one.link.isWelcomed { one.connect() }
            try one.settle()
            #expect(one.contents == engine.containers)
        }
    }

    /// One aggregator away, another deaf, for 3,000 removals: neither costs memory that grows, nor the third a resync.
    @Test func `keeps one current while others are away, in bounded memory`() throws {
        let host = try Self.host()
        let (good, away, deaf) = (
            ModelAggregator(host.link()), ModelAggregator(host.link()), ModelAggregator(host.link())
        )
        var engine = Engine()
        engine.put(host, 1, .running)
        host.reconciled([Reporting.id(1)])
        for one in [good, away, deaf] {
            one.connect()
            try one.settle()
            #expect(one.resyncs == 1 && one.contents == engine.containers)
        }
        _ = away.link.end()
        for number in 2..<3_002 {
            engine.put(host, number, .running)
            engine.containers[Reporting.id(number)] = nil
            host.changed([(Reporting.id(number), nil)])
            try good.settle()
        }
        #expect(good.contents == engine.containers && good.resyncs == 1 && good.offers == 0)
        // A change set is sent only while the window is open, and the window is 8 MiB.
        let waiting = deaf.link.takeOutput().bytes.count
        #expect(waiting > 0 && waiting < 9 << 20)
        away.connect()
        try away.settle()
        let offer = try #require(away.hello?.offer)
        #expect(
            offer.version - offer.floor <= 2 * 1_250, "removals are forgotten, whoever has not heard of them")
        #expect(away.contents == engine.containers && away.resyncs == 2)
        #expect(good.resyncs == 1 && good.offers == 0)
    }

    /// An Ending of one link is nothing to the other.
    @Test func `loses one session without the other`() throws {
        let host = try Self.host()
        let (one, other) = (ModelAggregator(host.link()), ModelAggregator(host.link()))
        host.reconciled([])
        for end in [one, other] {
            end.connect()
            try end.settle()
        }
        one.link.received(.ack(Acknowledgement(frames: 99, applied: 0, durable: 0)), now: BootClock.now)
        #expect(one.link.takeOutput().isLast)
        let outcome = one.link.end()
        #expect(outcome.wasWelcomed && outcome.ending?.reason.contains("never sent") == true)
        #expect(!one.link.isWelcomed && other.link.isWelcomed && host.isWelcomed)
        host.changed([(Reporting.id(1), Reporting.container(1))])
        try other.settle()
        #expect(other.contents.count == 1)
        #expect(one.link.takeOutput().bytes.isEmpty)
    }
}

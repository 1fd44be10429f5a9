import AgentCore
import Inventory
import OS
import TestSupport
import Testing

/// Row B16: CPU % from one sample to the next.
@Suite struct `The history of CPU shares` {
    private let id = Reporting.id(1)

    private func share(_ used: Int64, after seconds: Int64, cpus: Int64 = 2) -> CPUShare {
        CPUShare(
            used: used, system: CPUShare.System(time: seconds * cpus * 1_000_000_000, cpus: cpus))
    }

    @Test func `gives a share from the second sample on`() {
        var history = StatsHistory()
        #expect(history.percent(id, startedAt: 1, share(0, after: 0), now: 0, longest: 90_000) == nil)
        let half = history.percent(
            id, startedAt: 1, share(500_000_000, after: 1), now: 1_000, longest: 90_000)
        #expect(half == 5_000)
    }

    @Test func `begins anew with another run, a counter that went back, and after a long time`() {
        var history = StatsHistory()
        _ = history.percent(id, startedAt: 1, share(10, after: 0), now: 0, longest: 90_000)
        // Another run whose counter is higher by chance.
        #expect(history.percent(id, startedAt: 2, share(20, after: 1), now: 1_000, longest: 90_000) == nil)
        #expect(history.percent(id, startedAt: 2, share(15, after: 2), now: 2_000, longest: 90_000) == nil)
        #expect(history.percent(id, startedAt: 2, share(15, after: 3), now: 3_000, longest: 90_000) == 0)
        #expect(history.percent(id, startedAt: 2, share(15, after: 94), now: 94_000, longest: 90_000) == nil)
    }

    @Test func `keeps the last share when asked again too soon for the machine's clock`() {
        var history = StatsHistory()
        _ = history.percent(id, startedAt: 1, share(0, after: 0), now: 0, longest: 90_000)
        _ = history.percent(id, startedAt: 1, share(1_000_000_000, after: 1), now: 1_000, longest: 90_000)
        let soon = CPUShare(
            used: 1_300_000_000, system: CPUShare.System(time: 2_400_000_000, cpus: 2))
        #expect(history.percent(id, startedAt: 1, soon, now: 1_200, longest: 90_000) == 10_000)
        // The next one counts from the sample before that.
        let later = history.percent(
            id, startedAt: 1, share(1_500_000_000, after: 2), now: 2_000, longest: 90_000)
        #expect(later == 5_000)
    }

    @Test func `forgets who is gone`() {
        var history = StatsHistory()
        for number in 0..<10 {
            _ = history.percent(
                Reporting.id(number), startedAt: 1, share(0, after: 0), now: 0, longest: 90_000)
        }
        history.keep([Reporting.id(3)])
        #expect(history.count == 1)
    }
}

/// Row B16: calls per cycle are bounded, and everyone gets a turn.
@Suite struct `The queue before the Engine` {
    private func ids(_ range: Range<Int>) -> [ContainerID] { range.map(Reporting.id) }

    private func take(_ queue: inout StatsQueue) -> [ContainerID] {
        var taken: [ContainerID] = []
        while let id = queue.next() { taken.append(id) }
        return taken
    }

    @Test func `goes on in the next cycle where this one ended`() {
        var queue = StatsQueue(limit: 4)
        queue.begin(ids(0..<10))
        #expect(take(&queue) == ids(0..<4))
        queue.begin(ids(0..<10))
        #expect(take(&queue) == ids(4..<8))
        queue.begin(ids(0..<10))
        #expect(take(&queue) == ids(8..<10) + ids(0..<2))
        #expect(queue.count == 6)
        queue.begin(ids(5..<6))
        #expect(take(&queue) == ids(5..<6))
    }

    @Test func `takes every second one from those that are watched`() {
        var queue = StatsQueue(limit: 3)
        queue.begin(ids(0..<5))
        queue.add(live: ids(20..<22))
        queue.add(live: ids(20..<22))
        #expect(
            take(&queue).map { $0.words.3 } == [20, 0, 21, 1, 2])
        // The cycle is used up, but who is watched is asked about all the same.
        queue.add(live: ids(20..<21))
        #expect(take(&queue) == ids(20..<21))
    }

    @Test func `asks nobody more once the Engine doesn't answer`() {
        var queue = StatsQueue(limit: 3)
        queue.begin(ids(0..<5))
        queue.add(live: ids(20..<22))
        queue.giveUp()
        #expect(take(&queue) == [])
        queue.begin(ids(0..<5))
        #expect(take(&queue) == ids(0..<3))
    }
}

/// Row B16: several who watch one container have it sampled once.
@Suite struct `Demands for live samples` {
    private let id = Reporting.id(1)

    @Test func `are one for each container, as often as the most eager one wants`() throws {
        let demands = StatsDemands(wake: Wake())
        #expect(demands.next == nil && demands.due(now: 0) == [])
        let slow = try #require(demands.begin(id, interval: .seconds(5)))
        #expect(demands.due(now: 0) == [StatsDemands.Round(interval: 5_000, ids: [id])])
        #expect(demands.next == 5_000 && demands.due(now: 4_999) == [])
        let fast = try #require(demands.begin(id, interval: .milliseconds(1)))
        #expect(demands.due(now: 100) == [StatsDemands.Round(interval: 1_000, ids: [id])])
        #expect(demands.next == 1_100)
        demands.end(fast)
        demands.end(fast)
        #expect(demands.due(now: 1_100) == [StatsDemands.Round(interval: 5_000, ids: [id])])
        #expect(demands.isWatched(id))
        demands.end(slow)
        #expect(!demands.isWatched(id) && demands.next == nil)
    }

    @Test func `are bounded`() throws {
        let demands = StatsDemands(wake: Wake())
        let all = (0..<StatsDemands.limit).compactMap { number in
            demands.begin(Reporting.id(number), interval: .seconds(1))
        }
        #expect(all.count == StatsDemands.limit)
        #expect(demands.begin(id, interval: .seconds(1)) == nil)
        demands.end(all[0])
        #expect(demands.begin(id, interval: .seconds(1)) != nil)
    }
}

/// Row B16: thousands of hosts that begin together don't sample together.
@Suite struct `The pace of samples` {
    @Test func `begins soon, finds its place in the interval, and keeps it`() {
        var random = SplitMix64(seed: 7)
        var seconds: [Int64] = []
        for _ in 0..<1_000 {
            var pace = StatsPace(interval: 30_000)
            let first = pace.wait(using: &random)
            #expect((0...2_000).contains(first))
            seconds.append(pace.wait(using: &random))
            for _ in 0..<5 { #expect((28_500...31_500).contains(pace.wait(using: &random))) }
        }
        // A tenth of the interval has about a tenth of the hosts.
        for start in stride(from: Int64(1_000), to: 28_000, by: 2_900) {
            let count = seconds.count { $0 >= start && $0 < start + 2_900 }
            #expect((50...150).contains(count), "\(start): \(count)")
        }
    }

    @Test func `can be a second`() {
        var random = SplitMix64(seed: 7)
        var pace = StatsPace(interval: 1_000)
        for _ in 0..<10 { #expect((0...1_050).contains(pace.wait(using: &random))) }
    }
}

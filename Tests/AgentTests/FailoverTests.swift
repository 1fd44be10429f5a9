import AgentCore
import OS
import Testing

/// A1: which aggregator of a group is tried, and when.
@Suite struct `A failover` {
    private static let a = SocketAddress.host("a", port: 1)
    private static let b = SocketAddress.host("b", port: 1)
    private static let c = SocketAddress.host("c", port: 1)

    private static func failover(_ addresses: SocketAddress...) -> Failover {
        var failover = Failover()
        failover.update(addresses)
        return failover
    }

    @Test func `tries the addresses in their order, each failed one after a wait of its own`() {
        var failover = Self.failover(Self.a, Self.b, Self.c)
        #expect(failover.step(now: 0) == .attempt(Self.a))
        failover.ended(at: Self.a, lasted: nil, pause: 500, now: 10)
        #expect(failover.step(now: 10) == .attempt(Self.b))
        failover.ended(at: Self.b, lasted: nil, pause: 100, now: 20)
        #expect(failover.step(now: 20) == .attempt(Self.c))
        failover.ended(at: Self.c, lasted: nil, pause: 1_000, now: 30)
        #expect(failover.step(now: 30) == .wait(until: 120))
        #expect(failover.step(now: 120) == .attempt(Self.b))
        failover.ended(at: Self.b, lasted: nil, pause: 1_000, now: 600)
        #expect(failover.step(now: 600) == .attempt(Self.a))
        #expect(failover.attempt(at: Self.b) == 2 && failover.attempt(at: Self.a) == 1)
    }

    /// A link that was cut for a moment is no reason to move the host to another aggregator.
    @Test func `looks first where a session held, and elsewhere once that failed`() {
        var failover = Self.failover(Self.a, Self.b)
        failover.ended(at: Self.a, lasted: nil, pause: 500, now: 0)
        failover.ended(at: Self.b, lasted: 20_000, pause: 300, now: 20_000)
        #expect(failover.step(now: 20_000) == .wait(until: 20_300))
        #expect(failover.step(now: 20_300) == .attempt(Self.b))
        failover.ended(at: Self.b, lasted: nil, pause: 500, now: 20_301)
        #expect(failover.step(now: 20_301) == .attempt(Self.a))
    }

    /// An aggregator that accepts and drops an agent over and over doesn't keep it from the next.
    @Test func `goes on after a session that did not hold`() {
        var failover = Self.failover(Self.a, Self.b)
        failover.ended(at: Self.a, lasted: 9_999, pause: 300, now: 10_000)
        #expect(failover.step(now: 10_000) == .attempt(Self.b))
        var alone = Self.failover(Self.a)
        alone.ended(at: Self.a, lasted: 5, pause: 300, now: 10)
        #expect(alone.step(now: 10) == .wait(until: 310))
    }

    @Test func `stays longer each time that a return did not hold, and starts anew after one that did`() {
        var failover = Self.failover(Self.a, Self.b)
        var now: Int64 = 0
        for stay: Int64 in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            #expect(failover.stay == stay * 1_000)
            failover.ended(at: Self.a, lasted: nil, pause: 30_000, now: now)
            #expect(failover.step(now: now) == .attempt(Self.b))
            now += failover.stay
            failover.returns(to: Self.a, from: Self.b)
            #expect(failover.step(now: now) == .attempt(Self.a))
            failover.ended(at: Self.a, lasted: 1_000, pause: 300, now: now)
            #expect(failover.step(now: now) == .attempt(Self.b))
        }
        failover.returns(to: Self.a, from: Self.b)
        failover.ended(at: Self.a, lasted: 4_000_000, pause: 300, now: now)
        #expect(failover.stay == 60_000)
    }

    @Test func `keeps what it knows of the addresses that stay when the group changes`() {
        var failover = Self.failover(Self.a, Self.b)
        failover.ended(at: Self.a, lasted: nil, pause: 500, now: 0)
        failover.update([Self.c, Self.a])
        #expect(failover.step(now: 0) == .attempt(Self.c))
        failover.ended(at: Self.c, lasted: nil, pause: 900, now: 0)
        #expect(failover.step(now: 0) == .wait(until: 500))
        failover.ended(at: Self.b, lasted: 50_000, pause: 1, now: 0)
        #expect(failover.step(now: 0) == .wait(until: 500), "an address that is gone is not gone back to")
    }

    @Test func `tries at once when it is woken`() {
        var failover = Self.failover(Self.a)
        failover.ended(at: Self.a, lasted: nil, pause: 30_000, now: 0)
        failover.wake()
        #expect(failover.step(now: 1) == .attempt(Self.a))
    }
}

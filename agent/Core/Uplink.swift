package import Lifecycle
package import Log
package import OS
import Synchronization
import Wire

/// Keeps one session with an aggregator of a group, for ever: connects, carries its bytes both ways, waits, tries again.
///
/// Which aggregator and when is `Failover`'s to say.
package final class Uplink: Stoppable {
    private let group: AggregatorGroup
    let link: HostLink
    let log: Log
    /// Between attempts at one address; after an accepted session it starts anew.
    private let backoff: Backoff
    let failover: Mutex<Failover>
    /// Where a session is to go on that is being left for a better place.
    let returning = Mutex<SocketAddress?>(nil)
    private let isStopping = Atomic(false)
    /// Touched while it connects, carries a session or waits for the next attempt, whatever the aggregator does.
    package let progress = ProgressMark()
    /// The longest time in which it must come round, with some to spare: connecting or a wait at its ceiling.
    package static let longestTurn = Duration.seconds(60)
    /// Cuts waits short.
    private let stopping = Mailbox<Void>(limit: 1, whenFull: .dropNewest)
    private let waking = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    /// How long connecting may take, and one write.
    static let patience = Duration.seconds(15)
    /// An outage is met eagerly for so long: a link that heals or an aggregator that restarts is found within two seconds.
    private static let eagerTime = Duration.seconds(120)
    private static let eagerWait = Duration.seconds(1)
    private static let eagerPatience = Duration.seconds(2)
    /// How long a goodbye may take.
    static let farewellPatience = Duration.seconds(3)

    /// Prepares; `backoff` gives the waits between attempts, its ceiling those that need somebody to change something.
    package init(
        group: AggregatorGroup, link: HostLink,
        backoff: Backoff = Backoff(base: .milliseconds(500), ceiling: .seconds(30)),
        pace: Failover.Pace = Failover.Pace(), log: Log
    ) {
        self.group = group
        self.link = link
        self.backoff = backoff
        self.log = log
        failover = Mutex(Failover(pace))
    }

    /// An uplink to one aggregator, over a link of its own; `address` is how its log names that.
    package convenience init(
        connector: any Connector, address: SocketAddress = .every(port: 4680), credential: String? = nil,
        host: HostState, backoff: Backoff = Backoff(base: .milliseconds(500), ceiling: .seconds(30)), log: Log
    ) {
        let place = AggregatorGroup.Place(address: address, connector: connector, credential: credential)
        self.init(group: AggregatorGroup([place]), link: host.link(), backoff: backoff, log: log)
    }

    /// Whether an aggregator has accepted the present session.
    package var isWelcomed: Bool { link.isWelcomed }

    /// Reports until the task is cancelled or `stop` was called.
    package func run() async throws {
        var random = SystemRandom()
        var outage = BootClock.now
        var misreads = 0
        while !isOver {
            progress.touch()
            let isEager = outage.duration(to: BootClock.now) < Self.eagerTime
            let places: [AggregatorGroup.Place]
            do throws(AgentError) {
                places = try group.places()
                misreads = 0
            } catch {
                let wait = pause(backoff.delay(attempt: misreads, using: &random), isEager)
                misreads += 1
                log(
                    .error, "nothing to connect with; nothing is lost, trying again",
                    ["reason": "\(error)", "wait_ms": "\(wait.wholeMilliseconds)"])
                await rest(wait)
                continue
            }
            switch step(places) {
            case .wait(let until): await rest(.milliseconds(max(1, until - BootClock.now.milliseconds)))
            case .attempt(let address):
                guard let place = places.first(where: { $0.address == address }) else { continue }
                let attempt = await session(
                    with: place, of: places, patience: isEager ? Self.eagerPatience : Self.patience)
                guard !isOver else { return }
                if attempt.lasted != nil { outage = BootClock.now }
                guard attempt.next == nil else { continue }
                let isStillEager = outage.duration(to: BootClock.now) < Self.eagerTime
                settle(attempt, at: address, isStillEager, using: &random)
            }
        }
    }

    /// Says goodbye; `run` returns once that is written, or can't be.
    package func stop() async {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        link.leave(reason: Self.farewell)
        _ = stopping.post(())
    }

    /// Tries at once what it waits for: somebody says that things may be different now.
    package func wake() {
        failover.withLock { $0.wake() }
        _ = waking.post(())
    }

    static let farewell = "the agent was stopped"

    var isOver: Bool {
        isStopping.load(ordering: .sequentiallyConsistent) || Task.isCancelled
    }

    /// What became of one attempt to report to a place.
    struct Attempt {
        let ending: HostLink.Ending
        /// How long the session was welcome, in ms; nil when it never was.
        var lasted: Int64?
        /// Where to go on, when the session was left for a better place.
        var next: SocketAddress?
    }

    private func step(_ places: [AggregatorGroup.Place]) -> Failover.Step {
        failover.withLock { failover in
            failover.update(places.map(\.address))
            return failover.step(now: BootClock.now.milliseconds)
        }
    }

    /// How long one address rests.
    private func pause(_ delay: Duration, _ isEager: Bool) -> Duration {
        isEager ? min(delay, Self.eagerWait) : delay
    }

    /// Notes how an attempt ended, and says what comes next.
    private func settle(
        _ attempt: Attempt, at address: SocketAddress, _ isEager: Bool, using random: inout SystemRandom
    ) {
        let ending = attempt.ending
        let before = attempt.lasted == nil ? failover.withLock { $0.attempt(at: address) } : 0
        let delay = backoff.delay(attempt: before, using: &random)
        let pause = ending.retry ? pause(delay, isEager) : backoff.ceiling
        let now = BootClock.now.milliseconds
        let step = failover.withLock { failover in
            failover.ended(
                at: address, lasted: attempt.lasted, pause: pause.wholeMilliseconds, now: now)
            return failover.step(now: now)
        }
        var log = log.with("aggregator", "\(address)")
        if [Refusal.unauthorized, Refusal.wrongHost].contains(ending.code), !group.remedy.isEmpty {
            log = log.with("do", group.remedy)
        }
        var wait: Int64 = 0
        switch step {
        case .attempt(let next): log = log.with("next", "\(next)")
        case .wait(let until): wait = until - now
        }
        log(
            ending.retry ? .warning : .error,
            "no connection to the aggregator; nothing is lost, trying again",
            ["reason": ending.reason, "wait_ms": "\(wait)"])
    }

    private func rest(_ wait: Duration) async {
        await unlessStopped {
            await withTaskGroup(of: Void.self) { group in
                group.addTask(name: "wait") { try? await BootClock().sleep(for: wait) }
                group.addTask(name: "wake") { await self.waking.next() }
                defer { group.cancelAll() }
                await group.next()
            }
        }
    }

    /// Does something that `stop` cuts short; nil when it did.
    @discardableResult
    private func unlessStopped<Answer: Sendable>(_ work: @escaping @Sendable () async -> Answer) async
        -> Answer?
    {
        await withTaskGroup(of: Answer?.self) { group in
            group.addTask(name: "work") { await work() }
            group.addTask(name: "stop") {
                await self.stopping.next()
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// One connection, from its start to its end; says how it ended.
    private func session(
        with place: AggregatorGroup.Place, of places: [AggregatorGroup.Place], patience: Duration
    ) async -> Attempt {
        let connected = await unlessStopped { await place.connect(within: patience) }
        switch connected {
        case nil: return Attempt(ending: HostLink.Ending(reason: Self.farewell))
        case .failure(let error):
            // An aggregator that can't be trusted isn't one later, unless somebody changes something.
            return Attempt(ending: HostLink.Ending(reason: "\(error)", retry: error.kind != .insecure))
        case .success(let stream):
            defer { stream.close() }
            let better = places.prefix { $0.address != place.address }
            return await carry(stream, place, better: Array(better))
        }
    }
}

extension AggregatorGroup.Place {
    /// A connection, or why there is none.
    func connect(within patience: Duration) async -> Result<any ByteStream, StreamError> {
        do throws(StreamError) {
            return .success(try await connector.connect(deadline: .after(patience)))
        } catch {
            return .failure(error)
        }
    }
}

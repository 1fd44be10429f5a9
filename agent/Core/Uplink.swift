package import Lifecycle
package import Log
package import OS
import Synchronization
import Wire

/// Keeps one connection to an aggregator, for ever: connects, carries a session's bytes both ways, waits, tries again.
package final class Uplink: Stoppable {
    private let connector: any Connector
    private let host: HostState
    private let log: Log
    /// Between attempts; after an accepted session it starts anew.
    private let backoff: Backoff
    private let isStopping = Atomic(false)
    /// Touched while it connects, carries a session or waits for the next attempt, whatever the aggregator does.
    package let progress = ProgressMark()
    /// The longest time in which it must come round, with some to spare: connecting or a wait at its ceiling.
    package static let longestTurn = Duration.seconds(60)
    /// Cuts waits short.
    private let stopping = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    /// How long connecting may take, and one write.
    private static let patience = Duration.seconds(15)
    /// An outage is met eagerly for so long: a link that heals or an aggregator that restarts is found within two seconds.
    private static let eagerTime = Duration.seconds(120)
    private static let eagerWait = Duration.seconds(1)
    private static let eagerPatience = Duration.seconds(2)

    /// Prepares; `backoff` gives the waits between attempts, its ceiling those that need somebody to change something.
    package init(
        connector: any Connector, host: HostState,
        backoff: Backoff = Backoff(base: .milliseconds(500), ceiling: .seconds(30)), log: Log
    ) {
        self.connector = connector
        self.host = host
        self.backoff = backoff
        self.log = log
    }

    /// Whether the aggregator has accepted the present session.
    package var isReporting: Bool { host.isWelcomed }

    /// Reports until the task is cancelled or `stop` was called.
    package func run() async throws {
        var random = SystemRandom()
        var attempt = 0
        var outage = BootClock.now
        while !isOver {
            progress.touch()
            let wasEager = outage.duration(to: BootClock.now) < Self.eagerTime
            let broken = await session(patience: wasEager ? Self.eagerPatience : Self.patience)
            let outcome = host.end()
            for note in outcome.notes { report(note) }
            guard !isOver else { return }
            let ending = outcome.ending ?? broken
            if outcome.wasWelcomed {
                attempt = 0
                outage = BootClock.now
            }
            let isEager = outage.duration(to: BootClock.now) < Self.eagerTime
            let delay = backoff.delay(attempt: attempt, using: &random)
            let wait = !ending.retry ? backoff.ceiling : isEager ? min(delay, Self.eagerWait) : delay
            attempt += 1
            progress.touch()
            log(
                ending.retry ? .warning : .error,
                "no connection to the aggregator; nothing is lost, trying again",
                ["reason": ending.reason, "wait_ms": "\(wait.wholeMilliseconds)"])
            await unlessStopped { try? await BootClock().sleep(for: wait) }
        }
    }

    /// Says goodbye; `run` returns once that is written.
    package func stop() async {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        host.leave(reason: Self.farewell)
        _ = stopping.post(())
    }

    private static let farewell = "the agent was stopped"

    private var isOver: Bool {
        isStopping.load(ordering: .sequentiallyConsistent) || Task.isCancelled
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

    /// One connection, from its start to its end; says how it broke, unless the session knows better.
    private func session(patience: Duration) async -> HostState.Ending {
        let connected = await unlessStopped { () -> Result<any ByteStream, StreamError> in
            do throws(StreamError) {
                return .success(try await self.connector.connect(deadline: .after(patience)))
            } catch {
                return .failure(error)
            }
        }
        switch connected {
        case nil: return HostState.Ending(reason: Self.farewell)
        case .failure(let error): return HostState.Ending(reason: "\(error)")
        case .success(let stream):
            defer { stream.close() }
            return await carry(stream)
        }
    }

    private func carry(_ stream: any ByteStream) async -> HostState.Ending {
        host.begin(now: BootClock.now)
        // `stop` may have come before there was a session to leave.
        if isOver { host.leave(reason: Self.farewell) }
        return await withTaskGroup(of: HostState.Ending.self) { group in
            group.addTask(name: "reader") { await self.read(stream) }
            group.addTask(name: "writer") { await self.write(stream) }
            group.addTask(name: "clock") { await self.keepTime() }
            let first = await group.next()
            stream.close()
            group.cancelAll()
            return first ?? HostState.Ending(reason: "the session ended")
        }
    }

    private func read(_ stream: any ByteStream) async -> HostState.Ending {
        var decoder = FrameDecoder()
        do {
            while true {
                // Silence is the session's to judge; this only keeps a dead read from waiting for ever.
                let bytes = try await stream.read(atMost: 64 << 10, deadline: .after(.seconds(3_600)))
                guard !bytes.isEmpty else {
                    return HostState.Ending(reason: "the aggregator closed the connection")
                }
                decoder.append(bytes)
                while let body = try decoder.next() {
                    host.received(try Message(parsing: body), now: BootClock.now)
                    if host.isWelcomed { decoder.limit = FrameDecoder.sessionLimit }
                }
            }
        } catch {
            return HostState.Ending(reason: "\(error)")
        }
    }

    /// Writes what the session has to say; returns once it wants the connection closed.
    private func write(_ stream: any ByteStream) async -> HostState.Ending {
        while !Task.isCancelled {
            let output = host.takeOutput()
            for note in output.notes { report(note) }
            if !output.bytes.isEmpty {
                do {
                    try await stream.write(output.bytes, deadline: .after(Self.patience))
                } catch {
                    return HostState.Ending(reason: "\(error)")
                }
            }
            if output.isLast { break }
            await host.waitForOutput()
        }
        return HostState.Ending(reason: "the session ended")
    }

    private func keepTime() async -> HostState.Ending {
        while !Task.isCancelled {
            try? await BootClock().sleep(for: host.tick)
            host.tick(now: BootClock.now, wall: WallClock.now())
            progress.touch()
        }
        return HostState.Ending(reason: "the session ended")
    }

    private func report(_ note: HostState.Note) {
        switch note {
        case .welcomed(let session): log(.info, "reporting to the aggregator", ["session": "\(session)"])
        case .remark(let text): log(.warning, "the aggregator remarked", ["remark": text])
        }
    }
}

import Lifecycle
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
    private let backoff = Backoff(base: .milliseconds(500), ceiling: .seconds(30))
    private let isStopping = Atomic(false)
    /// Cuts a wait between attempts short.
    private let stopping = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    /// How long connecting may take, and one write.
    private static let patience = Duration.seconds(15)
    /// How often a session looks at the clock; some times in each heartbeat interval.
    private static let tick = Duration.milliseconds(250)

    package init(connector: any Connector, host: HostState, log: Log) {
        self.connector = connector
        self.host = host
        self.log = log
    }

    /// Reports until the task is cancelled or `stop` was called.
    package func run() async throws {
        var random = SystemRandom()
        var attempt = 0
        while !isOver {
            let ending = await session()
            guard !isOver else { return }
            if host.end() { attempt = 0 }
            let wait = ending.retry ? backoff.delay(attempt: attempt, using: &random) : backoff.ceiling
            attempt += 1
            log(
                ending.retry ? .warning : .error, "no connection to the aggregator; nothing is lost, trying again",
                ["reason": ending.reason, "wait_ms": "\(wait.wholeMilliseconds)"])
            await pause(wait)
        }
    }

    /// Says goodbye; `run` returns once that is written.
    package func stop() async {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        _ = host.leave(reason: "the agent was stopped")
        _ = stopping.post(())
    }

    private var isOver: Bool {
        isStopping.load(ordering: .sequentiallyConsistent) || Task.isCancelled
    }

    private func pause(_ wait: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "wait") { try? await BootClock().sleep(for: wait) }
            group.addTask(name: "stop") { _ = await self.stopping.next() }
            await group.next()
            group.cancelAll()
        }
    }

    /// One connection, from its start to its end.
    private func session() async -> HostState.Ending {
        let stream: any ByteStream
        do {
            stream = try await connector.connect(deadline: .after(Self.patience))
        } catch {
            return HostState.Ending(reason: "\(error)", retry: true)
        }
        defer { stream.close() }
        host.begin(now: BootClock.now)
        return await withTaskGroup(of: HostState.Ending.self) { group in
            group.addTask(name: "reader") { await self.read(stream) }
            group.addTask(name: "writer") { await self.write(stream) }
            group.addTask(name: "clock") { await self.keepTime() }
            let first = await group.next()
            stream.close()
            group.cancelAll()
            return first ?? HostState.Ending(reason: "the session ended", retry: true)
        }
    }

    private func read(_ stream: any ByteStream) async -> HostState.Ending {
        var decoder = FrameDecoder()
        do {
            while true {
                // Silence is the session's to judge; this only keeps a dead read from waiting for ever.
                let bytes = try await stream.read(atMost: 64 << 10, deadline: .after(.seconds(3_600)))
                guard !bytes.isEmpty else {
                    return HostState.Ending(reason: "the aggregator closed the connection", retry: true)
                }
                decoder.append(bytes)
                while let body = try decoder.next() {
                    host.received(try Message(parsing: body), now: BootClock.now)
                    if host.isWelcomed { decoder.limit = FrameDecoder.sessionLimit }
                }
            }
        } catch {
            return HostState.Ending(reason: "\(error)", retry: true)
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
                    return output.ending ?? HostState.Ending(reason: "\(error)", retry: true)
                }
            }
            if let ending = output.ending { return ending }
            await host.waitForOutput()
        }
        return HostState.Ending(reason: "cancelled", retry: true)
    }

    private func keepTime() async -> HostState.Ending {
        while !Task.isCancelled {
            try? await BootClock().sleep(for: Self.tick)
            host.tick(now: BootClock.now, wall: WallClock.now())
        }
        return HostState.Ending(reason: "cancelled", retry: true)
    }

    private func report(_ note: HostState.Note) {
        switch note {
        case .welcomed(let session): log(.info, "reporting to the aggregator", ["session": "\(session)"])
        case .remark(let text): log(.warning, "the aggregator remarked", ["remark": text])
        }
    }
}

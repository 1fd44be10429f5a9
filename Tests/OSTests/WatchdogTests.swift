import Lifecycle
import Log
import OS
import Synchronization
import TestSupport
import Testing

/// Requirement B17: what systemd hears is tied to real progress.
@Suite(.timeLimit(.minutes(1))) struct `A watchdog` {
    /// A loop that turns when it is let.
    private final class Loop: Sendable {
        private let state = Mutex<(isFree: Bool, waiting: [Reply<Void>])>((true, []))

        func answerTurn(_ reply: Reply<Void>) {
            let isFree = state.withLock { state in
                if !state.isFree { state.waiting.append(reply) }
                return state.isFree
            }
            if isFree { reply.send(()) }
        }

        func block() { state.withLock { $0.isFree = false } }

        func free() {
            let waiting = state.withLock { state in
                defer { state = (true, []) }
                return state.waiting
            }
            for reply in waiting { reply.send(()) }
        }
    }

    private func with(
        _ probes: [Probe], limit: Duration = .milliseconds(80), status: String = "",
        _ body: (NotifySocket, Watchdog) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { folder in
            let socket = try NotifySocket(in: folder)
            let notifier = SystemdNotifier(environment: socket.environment(watchdog: limit), process: 1)
            let watchdog = Watchdog(probes, notifier: notifier, status: { status }, log: .none)
            let task = Task { try await watchdog.run() }
            defer { task.cancel() }
            try await body(socket, watchdog)
            await watchdog.stop()
            try await task.value
        }
    }

    @Test func `says that the program is ready once every part has answered, then beats`() async throws {
        let loop = Loop()
        loop.block()
        try await with([.turn("a") { loop.answerTurn($0) }, Probe("b") { true }], status: "2 of 3") {
            socket, watchdog in
            #expect(!watchdog.report().isWell)
            try await BootClock().sleep(for: .milliseconds(100))
            #expect(socket.messages.isEmpty)
            loop.free()
            try await eventually { socket.beats >= 3 }
            try await eventually { socket.messages.contains("STATUS=2 of 3") }
            #expect(socket.messages.prefix { !$0.hasPrefix("STATUS=") }.first == "READY=1")
            #expect(socket.messages.count { $0.hasPrefix("STATUS=") } == 1)
            #expect(socket.messages.count { $0 == "READY=1" } == 1)
            #expect(watchdog.report() == Watchdog.Report(isWell: true, sentence: "2 of 3"))
            await watchdog.stop()
            #expect(socket.messages.last == "STOPPING=1")
        }
    }

    @Test func `stops beating while a part is stuck, names it, and goes on when it turns again`() async throws
    {
        let loop = Loop()
        try await with([Probe("b") { true }, .turn("the journal") { loop.answerTurn($0) }]) {
            socket, watchdog in
            try await eventually { socket.beats >= 2 }
            loop.block()
            try await eventually { !watchdog.report().isWell }
            let beats = socket.beats
            #expect(watchdog.report().sentence.contains("the journal"))
            #expect(!watchdog.report().sentence.contains("b."))
            // Far longer than systemd would wait.
            try await BootClock().sleep(for: .milliseconds(250))
            #expect(socket.beats == beats)
            loop.free()
            try await eventually { socket.beats > beats + 1 }
            #expect(watchdog.report().isWell)
        }
    }

    /// An answer that comes after a round's end, and before the next round begins, counts for the next.
    @Test func `beats though every answer comes late`() async throws {
        let slow = Probe("slow") {
            try? await BootClock().sleep(for: .milliseconds(25))
            return true
        }
        // Each round lasts 20 ms.
        try await with([slow]) { socket, _ in
            try await eventually(within: .seconds(20)) { socket.beats >= 20 }
        }
    }

    @Test func `takes a mark that is too old for a part that is stuck`() async throws {
        let mark = ProgressMark()
        try await with([.mark("uplink", mark, within: .milliseconds(200))]) { socket, watchdog in
            // A machine that is busy may take longer than the mark lives.
            try await eventually {
                mark.touch()
                return socket.beats >= 1
            }
            try await eventually { !watchdog.report().isWell }
            let beats = socket.beats
            try await eventually {
                mark.touch()
                return socket.beats > beats
            }
        }
    }
}

/// The door for health checks of a program that has no port.
@Suite(.timeLimit(.minutes(1))) struct `A status door` {
    @Test func `tells every asker the present text, and is its owner's alone`() async throws {
        try await TemporaryDirectory.with { folder in
            let count = Mutex(0)
            let door = try StatusDoor(folder + "/s") {
                "asked \(count.withLock { count in count += 1; return count }) times"
            }
            let task = Task { try await door.run() }
            #expect(try await StatusDoor.ask(folder + "/s", within: .seconds(5)) == "asked 1 times")
            #expect(try await StatusDoor.ask(folder + "/s", within: .seconds(5)) == "asked 2 times")
            #expect(try filePermissions(folder + "/s").mode & 0o77 == 0)
            task.cancel()
            _ = await task.result
            #expect(!fileExists(folder + "/s"))
            await #expect(throws: StreamError.self) {
                try await StatusDoor.ask(folder + "/s", within: .seconds(1))
            }
        }
    }
}

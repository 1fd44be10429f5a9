import Glibc
import Lifecycle
import Log
import OS
import Synchronization
import TestSupport
import Testing

private struct Failed: Error, Equatable {}

/// Runs until cancelled, or as told.
private final class Probe: Service {
    enum Behaviour { case endless, ends, fails, stuck }
    let name: String
    let behaviour: Behaviour
    let diary: Diary

    init(_ name: String, _ behaviour: Behaviour, _ diary: Diary) {
        self.name = name
        self.behaviour = behaviour
        self.diary = diary
    }

    func run() async throws {
        diary.note("\(name) \(Task.name ?? "?")")
        defer { diary.note("\(name) ended") }
        switch behaviour {
        case .endless: try await BootClock().sleep(for: .seconds(600))
        case .ends: return
        case .fails: throw Failed()
        case .stuck:
            // Deaf to cancellation until the diary lets it go.
            while !diary.isReleased {
                await Task.detached { try? await BootClock().sleep(for: .milliseconds(2)) }.value
            }
        }
    }
}

/// Ends when asked.
private final class Polite: Stoppable {
    let name: String
    let diary: Diary
    private let asked = Reply<Void>()

    init(_ name: String, _ diary: Diary) {
        self.name = name
        self.diary = diary
    }

    func run() async throws {
        diary.note("\(name) runs")
        if case .cancelled = await asked.wait(until: .never) {
            diary.note("\(name) cancelled")
        } else {
            diary.note("\(name) done")
        }
    }

    func stop() async {
        asked.send(())
    }
}

private final class Diary: Sendable {
    private let state = Mutex<(lines: [String], isReleased: Bool)>(([], false))
    var lines: [String] { state.withLock { $0.lines } }
    var isReleased: Bool { state.withLock { $0.isReleased } }
    func note(_ line: String) { state.withLock { $0.lines.append(line) } }
    func release() { state.withLock { $0.isReleased = true } }
}

@Suite(.timeLimit(.minutes(1))) struct `A program` {
    private let diary = Diary()
    private let signals = Mailbox<Signal>(limit: 16, whenFull: .refuse)

    private func waitFor(_ lines: String...) async throws {
        try await eventually("\(lines)") { lines.allSatisfy { diary.lines.contains($0) } }
    }

    @Test func `names its tasks, and a group ends with its first service`() async throws {
        try await runGroup([Probe("a", .endless, diary), Probe("b", .ends, diary)])
        #expect(Set(diary.lines) == ["a a", "b b", "a ended", "b ended"])
        await #expect(throws: Failed.self) {
            try await runGroup([Probe("a", .endless, diary), Probe("c", .fails, diary)])
        }
    }

    /// Row B20.
    @Test func `stops its services in their order when asked to`() async throws {
        let services: [any Service] = [
            Polite("door", diary), Probe("watch", .endless, diary), Polite("journal", diary),
        ]
        let task = Task { try await Program(services, log: .none).run(signals) }
        try await waitFor("door runs", "watch watch", "journal runs")
        _ = signals.post(.terminate)
        #expect(try await task.value == .signalled(.terminate))
        #expect(diary.lines.suffix(3) == ["door done", "watch ended", "journal done"])
    }

    /// Row B20.
    @Test func `cancels what does not stop in time`() async throws {
        let sink = MemorySink()
        let program = Program(
            [Polite("door", diary), Probe("slow", .stuck, diary), Polite("journal", diary)],
            log: Log(LogSettings(), to: sink), grace: .milliseconds(50),
            abandon: { [diary] names in
                diary.note("abandoned \(names)")
                diary.release()
            })
        let task = Task { try await program.run(signals) }
        try await waitFor("door runs", "journal runs", "slow slow")
        _ = signals.post(.interrupt)
        #expect(try await task.value == .signalled(.interrupt))
        #expect(diary.lines.contains("journal cancelled"))
        #expect(diary.lines.contains("abandoned [\"slow\"]"))
        #expect(sink.records.map(\.message).contains("stopping took too long"))
    }

    /// Row B20.
    @Test func `cancels at once at the second signal`() async throws {
        let program = Program(
            [Probe("slow", .stuck, diary), Polite("journal", diary)], log: .none, grace: .seconds(30))
        let task = Task { try await program.run(signals) }
        try await waitFor("journal runs", "slow slow")
        _ = signals.post(.terminate)
        _ = signals.post(.terminate)
        try await waitFor("journal cancelled")
        diary.release()
        #expect(try await task.value == .signalled(.terminate))
    }

    @Test func `stops the others when a service fails, and says why`() async throws {
        let program = Program([Polite("door", diary), Probe("bad", .fails, diary)], log: .none)
        await #expect(throws: Failed.self) { try await program.run(signals) }
        #expect(diary.lines.contains("door done"))
        let other = Program([Polite("door", diary), Probe("short", .ends, diary)], log: .none)
        #expect(try await other.run(Mailbox(limit: 1, whenFull: .refuse)) == .ended("short"))
    }

    /// Row B20.
    @Test func `reads its configuration again at SIGHUP, one reload at a time`() async throws {
        let diary = diary
        let program = Program(
            [Polite("door", diary)], log: .none,
            reload: {
                diary.note("reload")
                try? await BootClock().sleep(for: .milliseconds(20))
                diary.note("reloaded")
            })
        let task = Task { try await program.run(signals) }
        try await waitFor("door runs")
        for _ in 0..<3 { _ = signals.post(.hangUp) }
        try await eventually("two reloads") { diary.lines.count { $0 == "reloaded" } >= 2 }
        _ = signals.post(.terminate)
        #expect(try await task.value == .signalled(.terminate))
        // The third may have come during the second reload, and then it counts; never two at once.
        let reloads = diary.lines.filter { $0.hasPrefix("reload") }
        for (index, line) in reloads.enumerated() {
            #expect(line == (index % 2 == 0 ? "reload" : "reloaded"))
        }
        #expect((4...6).contains(reloads.count))
    }

    /// Row B20: real signals, sent to this very process while they are caught.
    @Test func `catches the system's signals`() async throws {
        let caught = await withSignals { mailbox in
            var caught: [Signal] = []
            for signal in [Signal.terminate, .interrupt, .hangUp] {
                kill(getpid(), signal.rawValue)
                if let next = await mailbox.next() { caught.append(next) }
            }
            return caught
        }
        #expect(caught == [.terminate, .interrupt, .hangUp])
    }
}

@Suite struct `A systemd notifier` {
    @Test(arguments: [false, true]) func `sends its messages to the socket that systemd names`(
        isAbstract: Bool
    ) async throws {
        try await TemporaryDirectory.with { folder in
            let path = isAbstract ? "@\(folder)" : "\(folder)/notify"
            let receiver = Descriptor(adopting: socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0))
            var address = sockaddr_un()
            address.sun_family = UInt16(AF_UNIX)
            let bytes = isAbstract ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
            let number = receiver.number
            let status = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(number, $0, socklen_t(2 + bytes.count))
                }
            }
            try #require(status == 0)
            let environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "77"]
            let notifier = try #require(SystemdNotifier(environment: environment, process: 77))
            #expect(notifier.watchdogInterval == .milliseconds(1_500))
            #expect(SystemdNotifier(environment: environment, process: 78)?.watchdogInterval == nil)
            #expect(notifier.ready() && notifier.alive() && notifier.status("a\nb") && notifier.stopping())
            var messages: [String] = []
            for _ in 0..<4 {
                var message: [UInt8] = []
                _ = try receiver.readSome(atMost: 100, appendingTo: &message)
                messages.append(String(decoding: message, as: UTF8.self))
            }
            #expect(messages == ["READY=1", "WATCHDOG=1", "STATUS=ab", "STOPPING=1"])
        }
    }

    @Test func `is absent without systemd, and harmless when systemd is gone`() {
        #expect(SystemdNotifier(environment: [:], process: 1) == nil)
        #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": ""], process: 1) == nil)
        #expect(
            SystemdNotifier(environment: ["NOTIFY_SOCKET": "/nonexistent/x"], process: 1)?.ready() == false)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A manual clock` {
    @Test func `wakes sleepers when it is moved, and not before`() async throws {
        let clock = ManualClock()
        let task = Task { try await clock.sleep(for: .seconds(10)) }
        try await clock.waitForSleepers()
        clock.advance(by: .seconds(9))
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .seconds(1))
        try await task.value
        let cancelled = Task { try await clock.sleep(for: .seconds(10)) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(clock.sleeperCount == 0)
    }
}

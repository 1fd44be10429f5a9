package import Log
package import OS
internal import Synchronization

/// Tells systemd that the program is ready, and from then on that it lives, only while every part of it makes progress.
///
/// `READY=1` and each `WATCHDOG=1` follow an answer of every probe since the last one (sd_notify(3)), so that a program
/// whose threads merely exist is restarted. Without systemd it still logs what is stuck and answers `report`.
package final class Watchdog: Stoppable {
    /// How the program stands, for a health check.
    package struct Report: Hashable, Sendable {
        /// Whether every part answered lately.
        package let isWell: Bool
        /// A sentence for people.
        package let sentence: String

        package init(isWell: Bool, sentence: String) {
            self.isWell = isWell
            self.sentence = sentence
        }
    }

    private struct State {
        /// Parts that have not answered since the last beat, by their index.
        var pending: Set<Int>
        /// Parts whose answer is awaited.
        var underWay: Set<Int> = []
        /// Told when nothing is pending any more.
        var round = Reply<Void>()
        var isReady = false
        var isStuck = false
        var lastBeat: BootClock.Instant
    }

    private let probes: [Probe]
    private let notifier: SystemdNotifier?
    private let status: @Sendable () -> String
    private let log: Log
    private let turn: Duration
    private let state: Mutex<State>
    private let stopping = Mailbox<Void>(limit: 1, whenFull: .dropNewest)

    /// Between two rounds of questions, unless systemd wants to hear more often.
    private static let longestTurn = Duration.seconds(10)

    /// Between two looks at the status.
    private static let statusTurn = Duration.seconds(1)

    /// Asks nobody yet.
    ///
    /// - Parameters:
    ///   - probes: Every part that must make progress.
    ///   - notifier: How to tell systemd; nil when it did not start the program.
    ///   - status: The program's state in a line, for `systemctl status` and health checks.
    ///   - log: Where a stuck part is named.
    package init(
        _ probes: [Probe], notifier: SystemdNotifier?, status: @escaping @Sendable () -> String = { "" },
        log: Log
    ) {
        self.probes = probes
        self.notifier = notifier
        self.status = status
        self.log = log
        // Twice in the interval that systemd.service(5) proposes, so that a late turn is no death.
        turn = min(Self.longestTurn, notifier?.watchdogInterval.map { $0 / 2 } ?? Self.longestTurn)
        state = Mutex(State(pending: Set(probes.indices), lastBeat: BootClock.now))
    }

    package let name = "watchdog"

    /// Asks, and beats while everybody answers, until it is stopped or cancelled.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "rounds") { await self.goRound() }
            if let notifier {
                group.addTask(name: "status") { await self.tellStatus(notifier) }
            }
            group.addTask(name: "stop") { _ = await self.stopping.next() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Tells systemd that the program is about to end.
    package func stop() async {
        _ = notifier?.stopping()
        _ = stopping.post(())
    }

    /// How the program stands.
    ///
    /// Three turns without an answer of every part are too long.
    package func report(at now: BootClock.Instant = BootClock.now) -> Report {
        let (isReady, age, pending) = state.withLock { state in
            (state.isReady, state.lastBeat.duration(to: now), state.pending)
        }
        guard isReady, age > turn * 3 else {
            return Report(isWell: isReady, sentence: isReady ? status() : "It starts.")
        }
        let seconds = age.wholeMilliseconds / 1_000
        return Report(
            isWell: false,
            sentence: "No progress for \(seconds) s: \(names(pending)). Look at its log, or restart it.")
    }

    private func names(_ indices: Set<Int>) -> String {
        indices.sorted().map { probes[$0].name }.joined(separator: ", ")
    }

    private func goRound() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let end = BootClock.now.advanced(by: turn)
                let round = Reply<Void>()
                let (due, isComplete) = state.withLock { state in
                    state.round = round
                    let due = state.pending.subtracting(state.underWay)
                    state.underWay.formUnion(due)
                    return (due, state.pending.isEmpty)
                }
                // The last answer may have come between the last round's end and this one's beginning.
                if isComplete { round.send(()) }
                for index in due.sorted() {
                    group.addTask(name: "probe \(probes[index].name)") { await self.ask(index) }
                }
                switch await round.wait(until: .at(end)) {
                case .value: beat()
                case .timedOut: miss()
                case .cancelled: break
                }
                try? await BootClock().sleep(until: end, tolerance: nil)
            }
            group.cancelAll()
        }
    }

    /// Tells what `systemctl status` shows, whenever it has changed.
    private func tellStatus(_ notifier: SystemdNotifier) async {
        var last = ""
        while !Task.isCancelled {
            let text = status()
            if text != last, state.withLock(\.isReady) {
                _ = notifier.status(text)
                last = text
            }
            try? await BootClock().sleep(for: min(turn, Self.statusTurn))
        }
    }

    private func ask(_ index: Int) async {
        let isAlive = await probes[index].answer()
        let complete = state.withLock { state -> Reply<Void>? in
            state.underWay.remove(index)
            guard isAlive else { return nil }
            state.pending.remove(index)
            return state.pending.isEmpty ? state.round : nil
        }
        complete?.send(())
    }

    private func beat() {
        let (isFirst, wasStuck) = state.withLock { state in
            defer {
                state.isReady = true
                state.isStuck = false
                state.lastBeat = BootClock.now
                state.pending = Set(probes.indices)
            }
            return (!state.isReady, state.isStuck)
        }
        if isFirst {
            log(.info, "ready")
            _ = notifier?.ready()
        }
        if wasStuck { log(.warning, "every part makes progress again") }
        _ = notifier?.alive()
    }

    private func miss() {
        let (isNew, pending) = state.withLock { state in
            defer { state.isStuck = true }
            return (!state.isStuck, state.pending)
        }
        if isNew { log(.error, "a part of the program makes no progress", ["parts": names(pending)]) }
    }
}

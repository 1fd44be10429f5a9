package import Inventory
import Lifecycle
import OS
import Synchronization

/// Samples as they come, for those who watch a container; while somebody does, its host is asked for one each second.
///
/// All who watch one container share one demand. It ends with the last of them, and the host goes back to its interval.
package final class StatsFeed: Service {
    package let name = "live samples"

    /// How the host took it that samples are wanted each second.
    package enum Demand: Hashable, Sendable {
        /// It is being asked.
        case beginning
        case live
        /// Why samples come at the host's interval only, or not at all.
        case refused(String)
    }

    /// Asks a host for live samples: calls back when they come, and returns or throws when they no longer do.
    package typealias Ask =
        @Sendable (HostKey, ContainerID, _ began: @Sendable () -> Void) async throws -> Void

    struct Subject: Hashable, Sendable {
        let host: HostKey
        let id: ContainerID
    }

    private struct Line: Sendable {
        var bells: [Int: Mailbox<Void>] = [:]
        var demand = Demand.beginning
        /// A task asks the host for it.
        var isKept = false
        /// Told when the last one has left.
        let isOver = Reply<Void>()
    }

    private struct State: Sendable {
        var lines: [Subject: Line] = [:]
        var last = 0
        var count = 0
    }

    /// Containers that may be watched at once.
    package static let mostContainers = 256
    /// Watchers there may be at once.
    private static let mostWatchers = 1_024
    /// Between attempts to ask a host that refused or went.
    private static let pause = Backoff(base: .seconds(1), ceiling: .seconds(15))

    private let state = Mutex(State())
    private let begins = Mailbox<Subject>(limit: mostContainers, whenFull: .refuse)
    private let ask: Ask

    /// Nobody watches yet.
    package init(ask: @escaping Ask) {
        self.ask = ask
    }

    /// One who watches; until it is let go.
    package final class Watch: Sendable {
        private let feed: StatsFeed
        private let subject: Subject
        private let number: Int
        private let bell: Mailbox<Void>

        fileprivate init(_ feed: StatsFeed, _ subject: Subject, _ number: Int, _ bell: Mailbox<Void>) {
            self.feed = feed
            self.subject = subject
            self.number = number
            self.bell = bell
        }

        deinit { feed.left(subject, number) }

        /// How the host took it.
        package var demand: Demand { feed.state.withLock { $0.lines[subject]?.demand ?? .beginning } }

        /// Waits until there may be something new; false when cancelled.
        package func ring() async -> Bool { await bell.next() != nil }
    }

    /// Begins to watch a container; nil when too many are watched.
    package func watch(_ host: HostKey, _ id: ContainerID) -> Watch? {
        let subject = Subject(host: host, id: id)
        return state.withLock { state in
            guard state.count < Self.mostWatchers else { return nil }
            if state.lines[subject] == nil {
                guard state.lines.count < Self.mostContainers, begins.post(subject) == .kept else {
                    return nil
                }
                state.lines[subject] = Line()
            }
            state.last += 1
            state.count += 1
            let bell = Mailbox<Void>(limit: 1, whenFull: .dropNewest)
            state.lines[subject]?.bells[state.last] = bell
            return Watch(self, subject, state.last, bell)
        }
    }

    /// Samples of these containers came.
    func came(_ ids: some Sequence<ContainerID>, on host: HostKey) {
        let bells = state.withLock { state -> [Mailbox<Void>] in
            guard !state.lines.isEmpty else { return [] }
            return ids.flatMap { id in
                state.lines[Subject(host: host, id: id)].map { Array($0.bells.values) } ?? []
            }
        }
        for bell in bells { _ = bell.post(()) }
    }

    /// Asks hosts for what is watched, until it is cancelled.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for await subject in begins {
                guard let isOver = begin(subject) else { continue }
                group.addTask(name: "live samples") { await self.keep(subject, until: isOver) }
            }
        }
    }

    /// Takes a line that somebody still watches and nobody keeps.
    private func begin(_ subject: Subject) -> Reply<Void>? {
        state.withLock { state in
            guard state.lines[subject]?.isKept == false else { return nil }
            state.lines[subject]?.isKept = true
            return state.lines[subject]?.isOver
        }
    }

    /// Keeps a demand up until nobody watches.
    private func keep(_ subject: Subject, until isOver: Reply<Void>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "demand") { await self.demand(subject, isOver) }
            group.addTask(name: "end") { _ = await isOver.wait(until: .never) }
            await group.next()
            group.cancelAll()
        }
    }

    private func demand(_ subject: Subject, _ isOver: Reply<Void>) async {
        var random = SystemRandom()
        var attempt = 0
        while !Task.isCancelled {
            var reason = "its agent stopped sending them"
            do {
                try await ask(subject.host, subject.id) { self.note(.live, of: subject, isOver) }
                attempt = 0
            } catch {
                reason = "\(error)"
            }
            guard !Task.isCancelled else { return }
            note(.refused(reason), of: subject, isOver)
            try? await BootClock().sleep(for: Self.pause.delay(attempt: attempt, using: &random))
            attempt += 1
        }
    }

    private func note(_ demand: Demand, of subject: Subject, _ isOver: Reply<Void>) {
        let bells = state.withLock { state -> [Mailbox<Void>] in
            guard let line = state.lines[subject], line.isOver === isOver, line.demand != demand else {
                return []
            }
            state.lines[subject]?.demand = demand
            return Array(line.bells.values)
        }
        for bell in bells { _ = bell.post(()) }
    }

    private func left(_ subject: Subject, _ number: Int) {
        let isOver = state.withLock { state -> Reply<Void>? in
            guard state.lines[subject]?.bells.removeValue(forKey: number) != nil else { return nil }
            state.count -= 1
            guard let line = state.lines[subject], line.bells.isEmpty else { return nil }
            state.lines[subject] = nil
            return line.isOver
        }
        isOver?.send(())
    }
}

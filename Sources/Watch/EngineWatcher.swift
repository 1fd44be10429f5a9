package import Docker
package import Inventory
package import Log
package import OS
internal import Synchronization
package import Wire

/// Watches one Engine: its containers' records, as they are now, to one sink (requirements B14, B15, B17, A4).
///
/// Three loops. One listens to events and does nothing but note down which containers they are about, since an Engine
/// waits for slow readers. One asks now and then whether the Engine lives. The last, the coordinator, carries out what a `WatchMachine` decides: it lists, inspects and
/// compares, and is the only one to call the sink. A failure of the Engine ends neither.
package final class EngineWatcher: Sendable {
    let engine: EngineClient
    let settings: WatchSettings
    let log: Log
    let inbox: Mutex<Inbox>
    let wake = Wake()
    let stream = Mutex<EventStream?>(nil)
    let random: any RandomNumberGenerator & Sendable
    /// Who wants to know that the coordinator comes round.
    private let turns = Mutex<[Reply<Void>]>([])
    let askers = Mutex(Askers())
    private let maker: RecordMaker
    let events: EventMaker
    private let sink: any WatchSink
    private let onPass: @Sendable (PassReport) -> Void

    /// - Parameters:
    ///   - engine: The Engine to watch.
    ///   - settings: Intervals and limits.
    ///   - redaction: What may leave the host.
    ///   - key: The secret for digests of what may not; kept, or every digest changes.
    ///   - sink: Who is told.
    ///   - log: Where failures and passes are reported.
    ///   - random: For the chance in waits.
    ///   - onPass: Told of every pass over the containers when it ends; must return at once.
    package init(
        engine: EngineClient, settings: WatchSettings = WatchSettings(), redaction: Redaction = Redaction(),
        key: SipHash.Key, sink: any WatchSink, log: Log,
        random: any RandomNumberGenerator & Sendable = SystemRandom(),
        onPass: @escaping @Sendable (PassReport) -> Void = { _ in }
    ) {
        self.engine = engine
        self.settings = settings
        self.sink = sink
        self.log = log.with("engine", engine.name)
        self.random = random
        self.onPass = onPass
        maker = RecordMaker(redaction: redaction, key: key)
        events = EventMaker(redaction: redaction, key: key)
        inbox = Mutex(Inbox(dirtyLimit: settings.dirtyLimit))
    }

    /// Watches until the task is cancelled; no failure of the Engine ends it.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "events") { await self.listen() }
            group.addTask(name: "pulse") { await self.feelPulse() }
            group.addTask(name: "coordinator") { await self.coordinate() }
            defer { group.cancelAll() }
            try await group.waitForAll()
        }
        try Task.checkCancellation()
    }

    /// Asks for one container anew, soon.
    package func refresh(_ id: ContainerID) {
        inbox.withLock { $0.marks.mark(id) }
        wake.ring()
    }

    /// Goes through the whole list and every container anew, soon.
    package func refreshAll() {
        inbox.withLock { $0.marks.overflow() }
        wake.ring()
    }

    /// Sends the reply at the coordinator's next turn, whether the Engine answers or not.
    package func answerTurn(_ reply: Reply<Void>) {
        turns.withLock { $0.append(reply) }
        wake.ring()
    }

    /// What was done so far.
    package var counters: WatchCounters {
        inbox.withLock { inbox in
            var counters = inbox.counters
            counters.events = inbox.events
            counters.unreadableEvents = inbox.unreadableEvents
            counters.reconnects = inbox.reconnects
            counters.connectionErrors = inbox.connectionErrors
            counters.eventsSince = inbox.eventsSince
            return counters
        }
    }

    // MARK: The coordinator

    private func coordinate() async {
        await withDiscardingTaskGroup { group in
            var machine = WatchMachine(settings: settings)
            while !Task.isCancelled {
                let news = inbox.withLock { $0.take(dirtyLimit: settings.dirtyLimit) }
                for action in decide(&machine, news) { perform(action, &group) }
                if !news.told.isEmpty || news.missed > 0 {
                    sink.happened(news.told, missed: news.missed)
                }
                let counters = machine.counters
                inbox.withLock { $0.counters = counters }
                let turns = turns.withLock { turns in
                    defer { turns = [] }
                    return turns
                }
                for turn in turns { turn.send(()) }
                await wake.wait(until: machine.nextStep.map { .at($0) } ?? .never)
            }
            group.cancelAll()
        }
    }

    private func decide(_ machine: inout WatchMachine, _ news: Inbox) -> [WatchMachine.Action] {
        let now = BootClock.now
        var actions: [WatchMachine.Action] = []
        switch news.contact {
        case .reached(let facts): actions += machine.reached(facts, at: WallClock.now())
        case .lost(let reason): actions += machine.lost(reason, at: WallClock.now())
        case nil: break
        }
        if news.isSubscribed { machine.subscribed() }
        actions += machine.marked(news.marks, at: now)
        for look in news.looks { actions += machine.asked(look.number, about: look.container) }
        for answer in news.answers {
            switch answer {
            case .list(let result): actions += machine.listed(result, at: now)
            case .inspection(let id, let result): actions += machine.inspected(id, result, at: now)
            }
        }
        return actions + machine.advance(to: now)
    }

    private func perform(_ action: WatchMachine.Action, _ group: inout DiscardingTaskGroup) {
        switch action {
        case .list(let deadline):
            group.addTask(name: "list") {
                let result = await self.list(deadline)
                self.answer(.list(result))
            }
        case .inspect(let id):
            group.addTask(name: "inspect") {
                let result = await self.inspect(id)
                self.answer(.inspection(id, result))
            }
        case .changed(let containers): sink.changed(containers)
        case .reconciled(let ids): sink.reconciled(ids)
        case .engine(let state):
            report(state)
            sink.engine(state)
        case .reconnect: stream.withLock { $0 }?.close()
        case .unreadable(let id, let error):
            log(
                .warning, "container can't be read; the others go on",
                ["container": id.short, "cause": error.sentence])
        case .ended(let pass):
            report(pass)
            onPass(pass)
        case .looked(let numbers, let error): tell(numbers, error)
        }
    }

    /// An inspection's record.
    ///
    /// Made here and not by the coordinator, whom a giant label would hold up.
    private func inspect(_ id: ContainerID) async -> Result<Container, DockerError> {
        do throws(DockerError) {
            let inspection = try await engine.inspect(id, deadline: .after(settings.inspectionTimeout))
            return .success(maker.record(of: inspection))
        } catch {
            return .failure(error)
        }
    }

    private func answer(_ answer: Inbox.Answer) {
        inbox.withLock { $0.answers.append(answer) }
        wake.ring()
    }

    /// A list; an empty one counts only when the Engine's own count says so too (rule R-20: failed is not empty).
    private func list(_ deadline: Deadline) async -> Result<ContainerList, DockerError> {
        do throws(DockerError) {
            let asked = BootClock.now
            try await engine.ping(deadline: deadline)
            pinged(asked)
            let list = try await engine.list(deadline: deadline)
            if list.count == 0, let count = try await engine.info(deadline: deadline).containers, count != 0 {
                throw DockerError(
                    .brokenAnswer,
                    "\(engine.name) lists no containers but counts \(count); the list was not used. "
                        + "If something filters its API, let it list all containers.")
            }
            return .success(list)
        } catch {
            inbox.withLock { $0.lastError = error.sentence }
            return .failure(error)
        }
    }
}

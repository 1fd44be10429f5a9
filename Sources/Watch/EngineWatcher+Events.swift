internal import Docker
internal import Log
internal import OS
internal import Synchronization

extension EngineWatcher {
    /// Keeps an event stream open for ever: connects, listens, and begins again after a wait.
    func listen() async {
        var random = random
        var retries = EngineRetries(settings)
        /// The time of the last event, on the Engine's clock.
        var last: Int64 = 0
        var recent = RecentEvents()
        while !Task.isCancelled {
            do throws(DockerError) {
                let started = BootClock.now
                try await connect(&last, &recent)
                guard !Task.isCancelled else { return }
                log(.info, "event stream ended; it will be asked for again", [:])
                retries.ended(after: started.duration(to: BootClock.now))
            } catch {
                if error.kind == .cancelled && Task.isCancelled { return }
                retries.failed(at: BootClock.now)
                failed(error, retries.failures)
            }
            try? await BootClock().sleep(for: retries.wait(using: &random))
        }
    }

    /// One connection: from the first question to the end of its event stream.
    ///
    /// - Throws: When the Engine could not be reached; not when an event stream that was there broke.
    private func connect(_ last: inout Int64, _ recent: inout RecentEvents) async throws(DockerError) {
        let deadline = Deadline.after(settings.connectionTimeout)
        let asked = BootClock.now
        let version = try await engine.negotiate(deadline: deadline)
        pinged(asked)
        var info = try await engine.info(deadline: deadline)
        let time = Timestamp(rfc3339: info.systemTime)
        info.systemTime = ""
        let facts = EngineFacts(info: info, apiVersion: version)
        inbox.withLock { $0.contact = .reached(facts) }
        wake.ring()

        // Events since before the subscription: the Engine answers before it subscribes. Never since a time that is
        // still to come for it, should its clock have been set back.
        let now = time.map { $0.seconds * 1_000_000_000 + Int64($0.nanoseconds) }
        let since = last == 0 ? now : now.map { min($0, last) } ?? last
        // At the first contact the past is only told: the complete pass that follows knows what became of it.
        let told = last == 0 ? since.map { max(0, $0 - settings.eventHistory.saturatedNanoseconds) } : since
        let events: EventStream
        do throws(DockerError) {
            events = try await engine.events(since: told.map(Self.seconds), deadline: deadline)
        } catch {
            try await pollOnly(error)
            return
        }
        stream.withLock { $0 = events }
        inbox.withLock { inbox in
            inbox.isSubscribed = true
            if last != 0 || inbox.eventsSince != 0 { inbox.reconnects += 1 }
            inbox.eventsSince = WallClock.now()
        }
        wake.ring()
        log(.debug, "event stream is open", ["since": since.map { Self.seconds($0) } ?? "now"])
        last = max(last, now ?? 0)
        await read(events, markingFrom: since ?? 0, &last, &recent)
        stream.withLock { $0 = nil }
        inbox.withLock { $0.eventsSince = 0 }
    }

    private func read(
        _ events: EventStream, markingFrom start: Int64, _ last: inout Int64, _ recent: inout RecentEvents
    ) async {
        do throws(DockerError) {
            try await events.forEach { event in
                // What comes again after a break is marked again, and told once.
                let news = event.flatMap { recent.isNews($0) ? self.events.event(of: $0) : nil }
                let isFirst = inbox.withLock { inbox -> Bool in
                    let wasEmpty = inbox.marks.isEmpty && inbox.told.isEmpty
                    inbox.events += 1
                    inbox.lastEvent = WallClock.now()
                    if let event {
                        if event.time >= start || event.time == 0 { inbox.marks.note(event) }
                    } else {
                        inbox.unreadableEvents += 1
                        inbox.marks.noteUnreadable()
                    }
                    if let news { inbox.tell(news, limit: settings.eventLimit) }
                    return wasEmpty && !(inbox.marks.isEmpty && inbox.told.isEmpty)
                }
                if let event { last = max(last, event.time) }
                if isFirst { wake.ring() }
            }
        } catch {
            inbox.withLock { $0.lastError = error.sentence }
            log(.debug, "event stream broke off", ["cause": error.sentence])
        }
    }

    /// The Engine answers but gives no events, as behind a proxy that forbids them: its list is gone through all the
    /// same.
    private func pollOnly(_ error: DockerError) async throws(DockerError) {
        guard case .status = error.kind else { throw error }
        log(
            .warning, "no events from the Engine; its list is compared at each interval only",
            ["cause": error.sentence])
        inbox.withLock { inbox in
            inbox.isSubscribed = true
            inbox.lastError = error.sentence
        }
        wake.ring()
        try? await BootClock().sleep(for: max(settings.backgroundRetry.ceiling, settings.reconcileInterval))
    }

    private func failed(_ error: DockerError, _ failures: Int) {
        inbox.withLock { inbox in
            inbox.connectionErrors += 1
            inbox.lastError = error.sentence
            if failures >= settings.attempts { inbox.contact = .lost(reason: error.sentence) }
        }
        if failures >= settings.attempts { wake.ring() }
        log(
            failures == settings.attempts ? .error : failures < settings.attempts ? .warning : .debug,
            "Engine can't be reached; it will be tried again",
            ["attempt": "\(failures)", "cause": error.sentence])
    }

    /// Reports a change of the Engine's state.
    func report(_ state: EngineState) {
        switch state {
        case .reachable(let facts, _):
            log(
                .info, "Engine is within reach",
                ["version": facts.info.serverVersion, "api": "\(facts.apiVersion)", "name": facts.info.name])
        case .unreachable(let reason, _):
            log(.error, "Engine is out of reach; what was known of it stays", ["cause": reason])
        }
    }

    /// Reports the end of a pass.
    func report(_ pass: PassReport) {
        let facts: KeyValuePairs = [
            "kind": "\(pass.kind)", "containers": "\(pass.listed)", "inspected": "\(pass.inspected)",
            "seconds": Self.seconds(pass.duration.saturatedNanoseconds), "cause": pass.problem ?? "",
        ]
        if pass.problem != nil {
            log(
                pass.isLate ? .warning : .error,
                "pass over the containers is incomplete; nothing was removed by it", facts)
        } else {
            log(pass.kind == .reconcile ? .debug : .info, "pass over the containers is complete", facts)
        }
    }

    /// Nanoseconds as seconds with nine decimals, as the Engine reads `since`.
    private static func seconds(_ nanoseconds: Int64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return
            "\(nanoseconds / 1_000_000_000).\(String(repeating: "0", count: max(0, 9 - fraction.count)))\(fraction)"
    }
}

package import Docker
internal import Inventory
package import OS
internal import Wire

extension WatchMachine {
    /// Begins the pass that is wanted or due.
    mutating func startPass(_ now: BootClock.Instant) -> Action? {
        guard isConnected, pass == nil else { return nil }
        if let due = imagesDue, due <= now {
            imagesDue = nil
            wanted = max(wanted ?? .images, .images)
        }
        if let due = nextReconcile, due <= now { wanted = max(wanted ?? .reconcile, owed) }
        guard let kind = wanted else { return nil }
        wanted = nil
        if kind > .images { owed = .reconcile }
        // A list begun now shows what changed before.
        imagesDue = nil
        sequence += 1
        if kind > .images {
            passes += 1
            nextReconcile = now.advanced(by: settings.reconcileInterval)
        }
        let limit = max(settings.reconcileInterval - .milliseconds(500), .milliseconds(500))
        let pass = Pass(kind, sequence: sequence, started: now, limit: limit)
        if kind == .complete { looks.beginWhole() }
        self.pass = pass
        counters.lists += 1
        return .list(pass.deadline)
    }

    /// The list that a pass asked for.
    package mutating func listed(_ result: Result<ContainerList, DockerError>, at now: BootClock.Instant)
        -> [Action]
    {
        guard var pass, pass.isListing else { return [] }
        pass.isListing = false
        switch result {
        case .failure(let error):
            counters.failedLists += 1
            let isLate = error.kind == .timedOut
            var actions = endPass(now, problem: error.sentence, isLate: isLate)
            if !error.concernsOneContainer { actions.append(.reconnect) }
            return actions
        case .success(let list):
            sequence += 1
            pass.listedSequence = sequence
            pass.listed = list.count
            let gone = removeAbsent(from: list, pass, now)
            noteImages(list)
            plan(&pass, list)
            self.pass = pass
            updateCounts()
            return gone.isEmpty ? [] : [.changed(gone)]
        }
    }

    /// Removes what the list doesn't have, except what was found out after the list was begun: that is looked at again.
    private mutating func removeAbsent(
        from list: ContainerList, _ pass: Pass, _ now: BootClock.Instant
    ) -> [(ContainerID, EncodedContainer?)] {
        let present = Set(list.containers.map { $0.id }).union(list.unreadable)
        var gone: [(ContainerID, EncodedContainer?)] = []
        for (id, one) in known where !present.contains(id) {
            if one.sequence >= pass.sequence {
                mark(id, at: now)
            } else if let change = remove(id) {
                gone.append(change)
                counters.drift += 1
            }
        }
        return gone
    }

    private mutating func noteImages(_ list: ContainerList) {
        var inUse: [ImageReference: String] = [:]
        for one in known.values { inUse[one.image] = shown[one.image] }
        for entry in list.containers {
            guard let reference = known[entry.id]?.image, reference.id == entry.imageID else { continue }
            inUse[reference] = entry.image
        }
        shown = inUse
    }

    /// Chooses what the pass inspects, the most urgent last: what is not known yet, what the list shows otherwise,
    /// what has a health check, and a part of the rest, so that in time everything was looked at.
    private mutating func plan(_ pass: inout Pass, _ list: ContainerList) {
        var (new, different, healthy, rest): ([ContainerID], [ContainerID], [ContainerID], [ContainerID]) = (
            [], [], [], []
        )
        for entry in list.containers {
            pass.entries[entry.id] = entry
            guard let one = known[entry.id] else {
                new.append(entry.id)
                continue
            }
            if one.fingerprint != entry.fingerprint {
                different.append(entry.id)
            } else if one.hasHealthCheck {
                healthy.append(entry.id)
            } else {
                rest.append(entry.id)
            }
        }
        for id in list.unreadable {
            if known[id] == nil { new.append(id) } else { rest.append(id) }
        }
        let byAge = { (one: ContainerID, other: ContainerID) in
            (known[one]?.pass ?? 0, one) < (known[other]?.pass ?? 0, other)
        }
        switch pass.kind {
        case .images:
            healthy = []
            rest = []
        case .reconcile:
            let share = (rest.count + settings.passesPerFullInspection - 1) / settings.passesPerFullInspection
            rest = Array(rest.sorted(by: byAge).prefix(share))
            healthy = Array(healthy.sorted(by: byAge).prefix(settings.healthInspectionsPerPass))
        case .complete:
            rest.sort(by: byAge)
        }
        pass.queue =
            rest.reversed() + healthy.reversed() + different.sorted(by: byAge).reversed() + new.reversed()
        pass.remaining = Set(pass.queue)
        pass.entries = pass.entries.filter { pass.remaining.contains($0.key) }
    }

    /// Ends a pass that has nothing left to ask.
    mutating func endFinishedPass(_ now: BootClock.Instant) -> [Action] {
        guard let pass, !pass.isListing, pass.remaining.isEmpty else { return [] }
        self.pass = nil
        failedPasses = 0
        let report = PassReport(
            kind: pass.kind, listed: pass.listed, inspected: pass.inspected,
            duration: pass.started.duration(to: now), problem: nil, isLate: false)
        guard pass.kind > .images else { return [.ended(report)] }
        counters.reconciliations += 1
        let looked = looks.endWhole(nil, started: pass.started, now: now)
        let ids = known.compactMap { $0.value.encoded == nil ? nil : $0.key }
        return [.reconciled(Set(ids)), .ended(report)] + looked
    }

    /// Ends a pass whose time is over; what it did not get to is first in the next one.
    mutating func endLatePass(_ now: BootClock.Instant) -> [Action] {
        guard let pass, !pass.isListing, !pass.remaining.isEmpty, pass.deadline.hasPassed(at: now) else {
            return []
        }
        return endPass(
            now, problem: "the time for one pass was over before all containers were inspected", isLate: true)
    }

    /// Ends a pass without result; nothing is removed and nothing is confirmed by it.
    mutating func endPass(_ now: BootClock.Instant, problem: String, isLate: Bool = false) -> [Action] {
        guard let pass = self.pass.take() else { return [] }
        failedPasses += 1
        counters.failedReconciliations += 1
        if pass.isListing { owed = max(owed, pass.kind) }
        for id in pass.remaining { known[id]?.fingerprint = nil }
        // Whatever it was to find is to be found by the next one, soon.
        let wait = min(
            settings.reconcileInterval,
            min(
                settings.backgroundRetry.ceiling,
                settings.retry.base * (1 << min(failedPasses - 1, 8))))
        nextReconcile = now.advanced(by: wait)
        let report = PassReport(
            kind: pass.kind, listed: pass.listed, inspected: pass.inspected,
            duration: pass.started.duration(to: now), problem: problem, isLate: isLate)
        let error = DockerError(isLate ? .timedOut : .unreachable(StreamError(.timedOut, problem)), problem)
        return [.ended(report)] + looks.endWhole(error, started: pass.started, now: now)
    }
}

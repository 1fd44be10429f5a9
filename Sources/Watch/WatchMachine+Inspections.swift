package import Docker
package import Inventory
package import OS
internal import Wire

extension WatchMachine {
    /// Starts inspections up to the limit: first of what changed, then of what a pass wants to see.
    mutating func startInspections(_ now: BootClock.Instant) -> [Action] {
        guard isConnected else { return [] }
        var actions: [Action] = []
        var due = dirty.filter { $0.value <= now }.sorted { $0.value < $1.value }.map { $0.key }[...]
        while flights.count < settings.parallelInspections {
            if let id = due.popFirst() {
                dirty[id] = nil
                start(id, isMarked: true, now)
                actions.append(.inspect(id))
            } else if let id = pass?.queue.popLast() {
                guard pass?.remaining.contains(id) == true, flights[id] == nil else { continue }
                // The one inspection serves both.
                let isMarked = dirty.removeValue(forKey: id) != nil
                start(id, isMarked: isMarked, now)
                actions.append(.inspect(id))
            } else {
                break
            }
        }
        return actions
    }

    private mutating func start(_ id: ContainerID, isMarked: Bool, _ now: BootClock.Instant) {
        flights[id] = Flight(sequence: sequence, isMarked: isMarked)
        looks.begin(id)
        counters.inspections += 1
        guard settings.coalescing > .zero else { return }
        recent[id] = now
        if recent.count > 256 { recent = recent.filter { $0.value.advanced(by: settings.coalescing) > now } }
    }

    /// An inspection's answer: a record whose image is still the reference that the container was made from.
    package mutating func inspected(
        _ id: ContainerID, _ result: Result<Container, DockerError>, at now: BootClock.Instant
    ) -> [Action] {
        guard let flight = flights.removeValue(forKey: id) else { return [] }
        let isOfPass = belongsToPass(id, flight)
        let entry = isOfPass ? pass?.entries.removeValue(forKey: id) : nil
        guard !flight.isRemoved else { return looks.end(id, nil) }
        if flight.again { mark(id, at: now) }
        switch result {
        case .success(let record):
            return learned(record, flight, entry, isOfPass: isOfPass) + looks.end(id, nil)
        case .failure(let error):
            counters.failedInspections += 1
            if error.kind == .notFound {
                defer { updateCounts() }
                // That it is gone is what the look found.
                return (remove(id).map { [.changed([$0])] } ?? []) + looks.end(id, nil)
            }
            return failed(id, error, entry, at: now) + looks.end(id, error)
        }
    }

    /// Takes the container off the pass's list, if its inspection began after that list.
    private mutating func belongsToPass(_ id: ContainerID, _ flight: Flight) -> Bool {
        guard let pass, !pass.isListing, pass.remaining.contains(id) else { return false }
        guard flight.sequence >= pass.listedSequence else {
            self.pass?.queue.append(id)
            return false
        }
        self.pass?.remaining.remove(id)
        self.pass?.inspected += 1
        return true
    }

    private mutating func learned(
        _ record: Container, _ flight: Flight, _ entry: ContainerSummary?, isOfPass: Bool
    ) -> [Action] {
        let id = record.id
        let reference = ImageReference(name: record.config.image, id: record.config.imageID)
        if let entry, entry.imageID == reference.id || entry.imageID.isEmpty {
            shown[reference] = entry.image
        }
        var record = record
        record.config.image = shown[reference] ?? reference.name
        let encoded = EncodedContainer(record)

        var new = known[id] ?? Known()
        let isNew = new.encoded == nil
        let isChanged = new.encoded != encoded
        if isChanged, !isNew, isOfPass, !flight.isMarked, !flight.again { counters.drift += 1 }
        if let entry, !isChanged || entry.state == record.status.state.rawValue {
            new.fingerprint = entry.fingerprint
        } else if isChanged {
            // No list has confirmed this yet: a change back might go unnoticed.
            new.fingerprint = nil
        }
        new.encoded = encoded
        new.image = reference
        new.hasHealthCheck = record.status.health != nil
        new.pass = passes
        new.sequence = flight.sequence
        new.isUnreadable = false
        known[id] = new
        updateCounts()
        return isChanged ? [.changed([(id, encoded)])] : []
    }

    private mutating func failed(
        _ id: ContainerID, _ error: DockerError, _ entry: ContainerSummary?, at now: BootClock.Instant
    ) -> [Action] {
        var actions: [Action] = []
        if error.concernsOneContainer || error.kind == .timedOut {
            var new = known[id] ?? Known()
            if !new.isUnreadable { actions.append(.unreadable(id, error)) }
            new.isUnreadable = true
            new.pass = passes
            new.sequence = sequence
            // What the Engine sent will be the same next time; a refusal or a wait may pass.
            new.fingerprint = error.isLasting ? entry?.fingerprint : nil
            known[id] = new
            updateCounts()
        }
        guard !error.concernsOneContainer else { return actions }
        known[id]?.fingerprint = nil
        if isConnected { dirty[id] = max(dirty[id] ?? now, now.advanced(by: settings.retry.base)) }
        guard error.kind == .timedOut else {
            return actions + endPass(now, problem: error.sentence) + [.reconnect]
        }
        // One container whose lock is stuck must not keep the others from being confirmed; several mean the Engine.
        pass?.timeouts += 1
        guard let pass, pass.timeouts >= settings.parallelInspections else { return actions }
        return actions + endPass(now, problem: error.sentence, isLate: true) + [.reconnect]
    }
}

extension DockerError {
    /// Whether asking again gives the same, unless the container changes.
    fileprivate var isLasting: Bool {
        switch kind {
        case .brokenAnswer, .tooLarge: true
        default: false
        }
    }
}

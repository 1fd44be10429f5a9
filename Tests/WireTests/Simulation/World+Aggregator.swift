import Inventory
import Wire

extension World {
    func carryToAggregator(_ limit: Int, on other: Link? = nil) throws {
        guard let link = other ?? link, link.isAggregatorOpen else { return }
        link.aggregatorDecoder.append(link.toAggregator.take(limit))
        while link.isAggregatorOpen, let body = try link.aggregatorDecoder.next() {
            let message = try Message(parsing: body)
            guard let end = link.aggregator else {
                greet(message, on: link)
                continue
            }
            let actions = end.session.received(
                message, bytes: body.count, record: memory.record, contents: memory, now: now)
            try perform(actions, on: link)
        }
        if let end = link.aggregator { try perform(end.session.flush(), on: link) }
    }

    func flushAggregator() throws {
        guard let link, let end = link.aggregator else { return }
        try perform(end.session.flush(), on: link)
    }

    private func greet(_ message: Message, on link: Link) {
        guard case .hello(let hello) = message else {
            close(link)
            return
        }
        let opening: Opening
        do {
            opening = try memory.record.admit(
                hello, isProven: memory.secret == nil || memory.secret == hello.instance.secret,
                contents: memory,
                resync: 0)
        } catch {
            link.toAgent.frames.append(Message.refused(error.refusal).frame)
            close(link)
            return
        }
        // The old connection is closed before the new session says anything.
        for old in oldLinks + [self.link].compactMap(\.self) where old !== link { close(old) }
        memory.secret = hello.instance.secret
        link.epoch = hello.epoch
        link.aggregatorDecoder.limit = FrameDecoder.sessionLimit
        link.aggregator = Link.Box(
            AggregatorSession(
                hello: hello, opening: opening, timing: Self.timing, pieces: Self.pieces, now: now))
        let welcome = Welcome(
            session: link.number, heartbeat: Self.timing.heartbeat, windowFrames: 3, windowBytes: 600,
            opening: opening)
        link.toAgent.frames.append(Message.welcome(welcome).frame)
        if case .current = opening { settle(at: hello.offer.version, epoch: hello.epoch, changes: []) }
    }

    private func close(_ link: Link) {
        link.isAggregatorOpen = false
        link.aggregator = nil
        link.toAggregator = Link.Pipe()
    }

    func perform(_ actions: [AggregatorSession.Action], on link: Link) throws {
        for action in actions {
            switch action {
            case .send(let bytes):
                try audit(bytes, on: link)
                link.toAgent.frames.append(bytes)
            case .apply(let changes, let version): try apply(changes, to: version, on: link)
            case .replace(let manifest, let fill, let version):
                let stays = Set(manifest.map(\.id))
                let removed = memory.contents.keys.filter { !stays.contains($0) }
                try apply(removed.map { .removed($0, .absent) } + fill, to: version, on: link)
            case .current(let version):
                if let epoch = link.epoch { settle(at: version, epoch: epoch, changes: []) }
            case .close: close(link)
            case .left, .note, .resyncing, .alive, .stats, .events, .measures, .reply: break
            }
        }
    }

    private func apply(_ changes: [ContainerChange], to version: Int64, on link: Link) throws {
        guard let epoch = link.epoch else { throw Violation(description: "changes before hello") }
        if let point = memory.point, point.epoch == epoch, point.version > version {
            throw Violation(description: "went back from version \(point.version) to \(version)")
        }
        settle(at: version, epoch: epoch, changes: changes)
    }

    private func settle(at version: Int64, epoch: Epoch, changes: [ContainerChange]) {
        memory.apply(changes)
        memory.point = Point(epoch: epoch, version: version)
        let write = Write(
            changes: changes, point: Point(epoch: epoch, version: version), record: memory.record,
            secret: memory.secret)
        queue.append(write)
    }

    /// Nothing may be called durable that the disk doesn't hold.
    private func audit(_ frame: [UInt8], on link: Link) throws {
        let message = try Message(parsing: Array(frame.dropFirst(4)))
        let ack: Acknowledgement? =
            switch message {
            case .ack(let ack): ack
            case .heartbeat(let heartbeat): heartbeat.ack
            default: nil
            }
        guard let ack, ack.durable > 0 else { return }
        guard let point = disk.point, point.epoch == link.epoch, point.version >= ack.durable else {
            throw Violation(description: "version \(ack.durable) was acknowledged and isn't on disk")
        }
    }

    func commit(_ count: Int) {
        for write in queue.prefix(count) {
            disk.apply(write.changes)
            disk.point = write.point
            disk.record = write.record
            disk.record.durable = write.point.version
            disk.secret = write.secret
            commits.append(disk)
            guard memory.record.epoch == write.point.epoch else { continue }
            memory.record.durable = max(memory.record.durable, write.point.version)
            for link in oldLinks + [link].compactMap(\.self) where link.epoch == write.point.epoch {
                link.aggregator?.session.committed(write.point.version)
            }
        }
        queue.removeFirst(min(count, queue.count))
    }

    /// The aggregator dies; what it had not committed is gone, and both ends of every connection.
    func crashAggregator() {
        for link in oldLinks { close(link) }
        oldLinks.removeAll()
        if let link { close(link) }
        link = nil
        queue.removeAll()
        memory = disk
    }

    /// Takes the host out of the fleet, as `bayplan host rm` does.
    func forgetHost() {
        for link in oldLinks { close(link) }
        if let link {
            close(link)
            self.link = nil
        }
        queue.removeAll()
        disk = Knowledge()
        memory = Knowledge()
        commits.append(disk)
    }

    func tick(by milliseconds: Int64) throws {
        now += milliseconds
        if let link, let agent = link.agent {
            let engine = EngineCondition(state: EngineCondition.reachable)
            perform(
                agent.session.tick(log: log, engine: engine, confirmed: [.status: 5], wall: now, now: now),
                on: link)
        }
        for link in oldLinks + [link].compactMap(\.self) {
            if let end = link.aggregator { try perform(end.session.tick(wall: now, now: now), on: link) }
        }
    }
}

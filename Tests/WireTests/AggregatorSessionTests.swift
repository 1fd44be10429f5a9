import Inventory
import Testing
import Wire

/// Requirements A5, A6, A7: what an aggregator answers, one frame at a time.
@Suite struct `An aggregator's session` {
    private typealias Action = AggregatorSession.Action

    /// A session in a place where expressions of a test can change it, and what is held of its host: three containers,
    /// as of version 3.
    private final class Door {
        private var session: AggregatorSession
        let held: Knowledge

        init(_ opening: Opening, stagedLimit: Int = 1 << 20, ids: Int = 100) {
            let log = Sample.log(3)
            var held = Knowledge()
            held.contents = log.ids.reduce(into: [:]) { $0[$1] = log[$1] }
            held.record.epoch = Sample.epoch
            held.record.digestKey = Sample.key
            held.record.durable = 3
            self.held = held
            session = AggregatorSession(
                hello: Sample.hello(log.offer), opening: opening, stagedLimit: stagedLimit,
                pieces: PieceLimits(ids: ids), now: 0)
        }

        var cursor: Int64? { session.cursor }
        var isLive: Bool { session.isLive }

        func take(_ message: Message, bytes: Int = 100, at now: Int64 = 0) -> [Action] {
            session.received(message, bytes: bytes, record: held.record, contents: held, now: now)
        }

        /// Takes a delta of the set (from, to].
        func take(
            _ sequence: Int64, _ from: Int64, _ to: Int64, more: Bool = false, _ changes: [ContainerChange]
        )
            -> [Action]
        {
            take(.delta(Delta(sequence: sequence, from: from, to: to, more: more, changes: changes)))
        }

        func flush() -> [Action] { session.flush() }

        func committed(_ version: Int64) { session.committed(version) }

        func tick(_ now: Int64) -> [Action] { session.tick(wall: now, now: now) }

        func end() -> [Action] { session.end(PeerError(code: PeerError.shuttingDown, message: "")) }
    }

    private static func host(
        _ sequence: Int64, _ version: Int64, digest: Digest?, pending: Bool = false, count: Int64 = 3
    ) -> Message {
        let host = HostHeartbeat(
            sequence: sequence, version: version, count: count, digest: digest, pending: pending,
            engine: Sample.engine, confirmed: [.status: 5])
        return .heartbeat(Heartbeat(now: 0, host: host))
    }

    /// The only message that was sent, if a resync was begun.
    private static func resync(_ actions: [Action]) -> Resync? {
        guard actions.contains(where: { if case .resyncing = $0 { true } else { false } }) else { return nil }
        for message in actions.flatMap(\.messages) { if case .resync(let resync) = message { return resync } }
        return nil
    }

    @Test func `applies a change set when its last piece has come`() {
        let door = Door(.current)
        #expect(door.take(1, 3, 5, more: true, [Sample.put(7)]).isEmpty)
        #expect(
            door.take(2, 3, 5, [Sample.status(0, "exited")])
                == [.apply([Sample.put(7), Sample.status(0, "exited")], to: 5)])
        #expect(door.cursor == 5)
    }

    @Test func `acknowledges what came once, and what is on disk only up to what it applied`() {
        let door = Door(.current)
        _ = door.take(1, 3, 4, [Sample.put(7)])
        #expect(
            door.flush().flatMap(\.messages)
                == [.ack(Acknowledgement(frames: 1, applied: 4, durable: 0))])
        #expect(door.flush().isEmpty)
        door.committed(4)
        #expect(
            door.flush().flatMap(\.messages)
                == [.ack(Acknowledgement(frames: 1, applied: 4, durable: 4))])
        door.committed(3)
        #expect(door.flush().isEmpty)
    }

    @Test func `acknowledges a repeated frame again and applies it once`() {
        let door = Door(.current)
        _ = door.take(1, 3, 4, [Sample.put(7)])
        _ = door.flush()
        #expect(door.take(1, 3, 4, [Sample.put(7)]).isEmpty)
        #expect(door.flush().count == 1)
        #expect(door.take(2, 3, 4, [Sample.put(7)]).isEmpty)
        #expect(door.cursor == 4)
    }

    @Test func `asks for everything when a frame is missing`() {
        let door = Door(.current)
        #expect(Self.resync(door.take(2, 3, 4, [Sample.put(7)]))?.id == 1)
        #expect(!door.isLive)
    }

    @Test func `asks for everything when changes don't begin where it stands`() {
        let door = Door(.current)
        #expect(Self.resync(door.take(1, 4, 5, [Sample.put(7)]))?.id == 1)
    }

    @Test func `asks for everything when a set is broken off`() {
        let door = Door(.current)
        _ = door.take(1, 3, 5, more: true, [Sample.put(7)])
        #expect(Self.resync(door.take(2, 3, 6, [])) != nil)
    }

    @Test func `asks for everything when a container comes without its status or config`() {
        let door = Door(.current)
        #expect(Self.resync(door.take(1, 3, 4, [Sample.status(7, "running")])) != nil)
    }

    @Test func `lets a removed id come back in the same set, whole`() {
        let door = Door(.current)
        let changes = [ContainerChange.removed(Sample.id(0)), Sample.put(0)]
        #expect(door.take(1, 3, 5, changes) == [.apply(changes, to: 5)])
        let partial = [ContainerChange.removed(Sample.id(1)), Sample.status(1, "running")]
        #expect(Self.resync(door.take(2, 5, 7, partial)) != nil)
    }

    @Test func `cuts off an agent whose set grows over its limit`() {
        let door = Door(.current, stagedLimit: 1_000)
        _ = door.take(.delta(Delta(sequence: 1, from: 3, to: 9, more: true, changes: [])), bytes: 900)
        let actions = door.take(
            .delta(Delta(sequence: 2, from: 3, to: 9, more: true, changes: [])), bytes: 101)
        guard case .error(let error)? = actions.flatMap(\.messages).first else {
            Issue.record("no error")
            return
        }
        #expect(error.code == PeerError.tooLarge)
        #expect(actions.last?.isClose == true)
    }

    @Test func `confirms ages only when both ends agree`() {
        let door = Door(.current)
        let alive = Action.alive(Sample.engine, confirmed: [.status: 5])
        let unconfirmed = Action.alive(Sample.engine, confirmed: [:])
        #expect(door.take(Self.host(0, 3, digest: door.held.digest)) == [alive])
        #expect(door.take(Self.host(0, 4, digest: nil, pending: true)) == [unconfirmed])
        #expect(door.take(Self.host(0, 2, digest: door.held.digest)) == [unconfirmed])
        let resyncing = Door(.manifest(id: 0))
        #expect(resyncing.take(Self.host(0, 3, digest: resyncing.held.digest)) == [unconfirmed])
    }

    @Test(arguments: [
        // The digest, the count, a version that never came, a frame that never came
        (Int64(0), Int64(3), true, Int64(3)), (0, 3, false, 4), (0, 4, false, 3), (1, 3, false, 3),
    ])
    func `finds by a heartbeat what was lost`(sequence: Int64, version: Int64, isOther: Bool, count: Int64) {
        let door = Door(.current)
        let digest = isOther ? Digest(sum: 1) : door.held.digest
        let actions = door.take(Self.host(sequence, version, digest: digest, count: count))
        #expect(Self.resync(actions) != nil)
        #expect(actions.first == .alive(Sample.engine, confirmed: [:]))
        // The frames that a heartbeat counts are acknowledged, so that the agent's window opens again.
        #expect(door.flush().count == Int(sequence))
    }

    @Test func `asks for what differs, in pieces, and takes it up at the end`() {
        let door = Door(.manifest(id: 0), ids: 1)
        let kept = Manifest.Entry(
            id: Sample.id(0), digests: FacetDigests(Sample.container("c0"), id: Sample.id(0), key: Sample.key)
        )
        let entries = [kept] + [7, 8].map { Manifest.Entry(id: Sample.id($0), digests: FacetDigests()) }
        let needs = door.take(.manifest(Manifest(sequence: 1, resync: 0, version: 9, entries: entries)))
        #expect(
            needs.flatMap(\.messages) == [
                .need(Need(resync: 0, more: true, ids: [Sample.id(7)])),
                .need(Need(resync: 0, ids: [Sample.id(8)])),
            ])
        let fill = [ContainerChange.removed(Sample.id(8)), Sample.put(7), Sample.status(0, "exited")]
        #expect(door.take(2, 9, 11, fill).isEmpty)
        #expect(!door.isLive)
        #expect(
            door.take(.synced(Synced(sequence: 3, resync: 0, version: 11)))
                == [.replace(manifest: entries, fill: fill, to: 11)])
        #expect(door.cursor == 11)
    }

    @Test func `takes up a resync that needs nothing without a fill`() {
        let door = Door(.manifest(id: 0))
        #expect(
            door.take(.manifest(Manifest(sequence: 1, resync: 0, version: 9, entries: []))).flatMap(
                \.messages)
                == [.need(Need(resync: 0, ids: []))])
        #expect(
            door.take(.synced(Synced(sequence: 2, resync: 0, version: 9)))
                == [.replace(manifest: [], fill: [], to: 9)])
    }

    /// Found by the simulation with small pieces: a manifest whose first piece was lost looked whole.
    @Test func `doesn't take the rest of a manifest for the whole`() {
        let door = Door(.manifest(id: 0))
        let rest = Manifest(sequence: 2, resync: 0, version: 9, entries: [])
        #expect(Self.resync(door.take(.manifest(rest)))?.id == 1)
    }

    @Test func `begins a resync anew when its end came before everything that was needed`() {
        let door = Door(.manifest(id: 0))
        let entries = [Manifest.Entry(id: Sample.id(7), digests: FacetDigests())]
        _ = door.take(.manifest(Manifest(sequence: 1, resync: 0, version: 9, entries: entries)))
        #expect(Self.resync(door.take(.synced(Synced(sequence: 2, resync: 0, version: 9))))?.id == 1)
    }

    @Test func `cuts off an agent whose resync brings less than a container`() {
        let door = Door(.manifest(id: 0))
        let entries = [Manifest.Entry(id: Sample.id(7), digests: FacetDigests())]
        _ = door.take(.manifest(Manifest(sequence: 1, resync: 0, version: 9, entries: entries)))
        _ = door.take(2, 9, 9, [Sample.status(7, "running")])
        let actions = door.take(.synced(Synced(sequence: 3, resync: 0, version: 9)))
        #expect(actions.last?.isClose == true)
    }

    /// Found by the simulation with small pieces: a `need` was lost, and a change hid it.
    @Test func `doesn't take a change of a needed container for the whole of it`() {
        let door = Door(.manifest(id: 0))
        let entries = [Manifest.Entry(id: Sample.id(0), digests: FacetDigests())]
        _ = door.take(.manifest(Manifest(sequence: 1, resync: 0, version: 9, entries: entries)))
        var facets = FacetChanges(whole: Sample.container("c0"))
        facets.compose = .untouched
        _ = door.take(2, 9, 10, [ContainerChange(id: Sample.id(0), kind: .put(facets))])
        #expect(door.take(.synced(Synced(sequence: 3, resync: 0, version: 10))).last?.isClose == true)
    }

    @Test func `begins a resync anew when it came to a halt`() {
        let door = Door(.manifest(id: 0))
        var asked: [Int64] = []
        for now in stride(from: Int64(0), through: 14_000, by: 250) {
            _ = door.take(.heartbeat(Heartbeat(now: now)), at: now)
            if Self.resync(door.tick(now)) != nil { asked.append(now) }
        }
        #expect(asked == [6_250, 12_500])
    }

    @Test func `passes over the pieces of a resync that it gave up`() {
        let door = Door(.current)
        _ = door.take(2, 3, 4, [])
        #expect(door.take(.manifest(Manifest(sequence: 3, resync: 0, version: 9, entries: []))).isEmpty)
        #expect(door.take(.synced(Synced(sequence: 4, resync: 0, version: 9))).isEmpty)
        #expect(!door.isLive)
    }

    @Test func `answers an offer from where the session stands`() {
        let door = Door(.wait)
        #expect(door.take(.offer(Sample.nothing)).flatMap(\.messages) == [.open(.wait)])
        let log = Sample.log(3)
        #expect(door.take(.offer(log.offer)).flatMap(\.messages) == [.open(.resume(from: 3))])
        _ = door.take(1, 3, 4, [Sample.put(7)])
        var later = log.offer
        later.version = 9
        #expect(door.take(.offer(later)).flatMap(\.messages) == [.open(.resume(from: 4))])
        later.floor = 5
        #expect(door.take(.offer(later)) == [.current(to: 9), .send(Message.open(.current).frame)])
        later.floor = 10
        later.digest = Digest(sum: 1)
        #expect(door.take(.offer(later)).flatMap(\.messages) == [.open(.manifest(id: 1))])
    }

    @Test func `leaves when the agent falls silent, and beats until then`() {
        let door = Door(.current)
        var beats: [Int64] = []
        var end: Int64?
        for now in stride(from: Int64(0), through: 10_000, by: 250) {
            let actions = door.tick(now)
            if actions.contains(where: \.isClose) { end = now }
            if !actions.flatMap(\.messages).isEmpty { beats.append(now) }
        }
        #expect(beats == [2_000, 4_000, 6_000])
        #expect(end == 6_250)
    }

    @Test func `says that an agent left, and closes`() {
        let door = Door(.current)
        #expect(
            door.take(.goodbye(Goodbye(reason: "stop")))
                == [.left(reason: "stop"), .close(reason: "the agent said goodbye")])
        #expect(door.take(1, 3, 4, []).isEmpty)
        #expect(door.end().isEmpty)
    }

    @Test func `answers a type that it doesn't know, and never an error`() {
        let door = Door(.current)
        #expect(
            door.take(.unknown(type: "stats")).flatMap(\.messages)
                == [.error(PeerError(code: "unknown-type", message: "stats"))])
        #expect(door.take(.error(PeerError(code: "later", message: "x"))) == [.note("later: x")])
        #expect(door.isLive)
    }

    @Test(arguments: [
        Message.hello(Sample.hello(Sample.nothing)), .ack(Acknowledgement(frames: 0, applied: 0, durable: 0)),
        .need(Need(resync: 0, ids: [])), .open(.current), .resync(Resync(id: 1, reason: "")),
    ])
    func `ends the session at a frame that no agent sends`(message: Message) {
        let door = Door(.current)
        let actions = door.take(message)
        #expect(
            actions.flatMap(\.messages)
                == [.error(PeerError(code: "unexpected-frame", message: "\(message.type) from an agent"))])
        #expect(actions.last?.isClose == true)
    }
}

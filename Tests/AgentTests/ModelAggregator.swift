import AgentCore
import Inventory
import OS
import Testing
import Wire

/// The far end of one link, as far as a test needs it: what it was told, and whether every step followed on the last.
final class ModelAggregator {
    let link: HostLink
    private(set) var contents: [ContainerID: EncodedContainer] = [:]
    /// The version that it stands at; nil while it does not.
    private(set) var cursor: Int64?
    private(set) var hello: Hello?
    /// How often everything was compared.
    private(set) var resyncs = 0
    private(set) var offers = 0
    /// What it says it takes besides the state, and what came of that.
    var features: [String] = []
    private(set) var events: [EventReport] = []
    private var decoder = FrameDecoder(limit: FrameDecoder.sessionLimit)
    private var frames: Int64 = 0
    private var listed: Set<ContainerID> = []

    init(_ link: HostLink) {
        self.link = link
    }

    /// A new connection.
    func connect() {
        _ = link.end()
        decoder = FrameDecoder(limit: FrameDecoder.sessionLimit)
        frames = 0
        link.begin(now: BootClock.now)
    }

    /// Takes everything that waits, and answers it, until nothing more comes.
    func settle() throws {
        while true {
            let output = link.takeOutput()
            guard !output.bytes.isEmpty else { return }
            decoder.append(output.bytes)
            while let body = try decoder.next() { try take(try Message(parsing: body)) }
            guard frames > 0 else { continue }
            say(.ack(Acknowledgement(frames: frames, applied: cursor ?? 0, durable: cursor ?? 0)))
        }
    }

    private func take(_ message: Message) throws {
        switch message {
        case .hello(let hello): try opened(hello)
        case .offer(let offer):
            offers += 1
            guard offer.digest != nil else { return say(.open(.wait)) }
            say(.open(opening(offer, sameEpoch: true)))
        case .manifest(let manifest):
            frames += 1
            listed.formUnion(manifest.entries.map(\.id))
            guard !manifest.more else { return }
            contents = contents.filter { listed.contains($0.key) }
            cursor = manifest.version
            say(.need(Need(resync: manifest.resync, ids: listed.sorted())))
            listed = []
        case .delta(let delta):
            frames += 1
            #expect(delta.from == cursor, "a change set begins where the last one ended")
            for change in delta.changes { apply(change) }
            if !delta.more { cursor = delta.to }
        case .synced(let synced):
            frames += 1
            cursor = synced.version
        case .heartbeat, .goodbye: break
        case .events(let report): events.append(report)
        default: throw Unexpected("\(message)")
        }
    }

    private func opened(_ hello: Hello) throws {
        let sameEpoch = self.hello?.epoch == hello.epoch
        self.hello = hello
        let opening = hello.offer.digest == nil ? .wait : opening(hello.offer, sameEpoch: sameEpoch)
        var welcome = Welcome(
            session: 1, heartbeat: 3_600_000, windowFrames: 256, windowBytes: 8 << 20, opening: opening)
        welcome.features = features
        say(.welcome(welcome))
    }

    private func opening(_ offer: Offer, sameEpoch: Bool) -> Opening {
        if sameEpoch, let cursor, cursor > 0, cursor >= offer.floor, cursor <= offer.version {
            return .resume(from: cursor)
        }
        resyncs += 1
        return .manifest(id: Int64(resyncs))
    }

    private func apply(_ change: ContainerChange) {
        guard case .put(let facets) = change.kind else {
            contents[change.id] = nil
            return
        }
        var container = contents[change.id] ?? EncodedContainer()
        for facet in Facet.allCases {
            switch facets[facet] {
            case .value(let bytes): container[facet] = bytes
            case .deleted: container[facet] = nil
            case .untouched: break
            }
        }
        contents[change.id] = container
    }

    private func say(_ message: Message) {
        link.received(message, now: BootClock.now)
    }
}

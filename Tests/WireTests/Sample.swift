import Inventory
import JSON
import Wire

/// Values that tests of this target share: what a small real host would say.
enum Sample {
    /// An id as good as any, different for each number.
    static func id(_ number: UInt64) -> ContainerID {
        ContainerID(
            words: (0x4c01_db0b_339c_0000 + number, 0x9f2e_6a71_05d8_1b3c, 0xe4a0_77c1_52b6_3f98, number))
    }

    static let host: HostID = {
        guard let id = HostID("attic") else { preconditionFailure("a literal that fits the grammar") }
        return id
    }()

    static let key = SipHash.Key(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)
    static let epoch = Epoch(high: 0x1f2e_3d4c_5b6a_7988, low: 0x0123_4567_89ab_cdef)
    static let instance = Instance(
        id: "8d3f0c6e5b1a49278d3f0c6e5b1a4927", secret: "00112233445566778899aabbccddeeff")

    /// An Engine that answers.
    static var engine: EngineCondition {
        var engine = EngineCondition(state: EngineCondition.reachable)
        engine.since = 1_763_640_000_000
        engine.version = "28.5.1"
        engine.apiVersion = "1.51"
        engine.os = "linux"
        engine.arch = "amd64"
        return engine
    }

    static func hello(_ offer: Offer, protocols: [Int64] = protocolVersions) -> Hello {
        Hello(
            agentVersion: "0.1.0", host: HostDescription(id: host, name: "attic"), instance: instance,
            epoch: epoch,
            digestKey: key, offer: offer, engine: engine, protocols: protocols)
    }

    /// Nothing complete to offer.
    static let nothing = Offer(version: 0, floor: 0, digest: nil, count: 0)

    /// Facets that hold only what a record must have.
    static func container(_ name: String, state: String = "running") -> EncodedContainer {
        var container = EncodedContainer()
        container[.status] = Array(#"{"state":"\#(state)"}"#.utf8)
        container[.network] = Array("{}".utf8)
        container[.config] = Array(#"{"name":"\#(name)"}"#.utf8)
        return container
    }

    /// A log with so many containers, complete.
    static func log(_ count: UInt64, minimumTombstones: Int = 1_000) -> HostLog {
        var log = HostLog(epoch: epoch, digestKey: key, minimumTombstones: minimumTombstones)
        for number in 0..<count { log.put(id(number), container("c\(number)")) }
        log.completed()
        return log
    }

    /// A change that makes the container known.
    static func put(_ number: UInt64, _ name: String = "new") -> ContainerChange {
        ContainerChange(id: id(number), kind: .put(FacetChanges(whole: container(name))))
    }

    /// A change of the status alone.
    static func status(_ number: UInt64, _ state: String) -> ContainerChange {
        var facets = FacetChanges()
        facets.status = .value(Array(#"{"state":"\#(state)"}"#.utf8))
        return ContainerChange(id: id(number), kind: .put(facets))
    }
}

extension AgentSession.Action {
    /// The messages that a `send` carries; empty for every other action.
    var messages: [Message] {
        if case .send(let bytes) = self { Message.all(in: bytes) } else { [] }
    }

    var isClose: Bool { if case .close = self { true } else { false } }
}

extension AggregatorSession.Action {
    /// The messages that a `send` carries; empty for every other action.
    var messages: [Message] {
        if case .send(let bytes) = self { Message.all(in: bytes) } else { [] }
    }

    var isClose: Bool { if case .close = self { true } else { false } }
}

extension Message {
    /// The messages of whole frames; what can't be read is left out, so that a test sees it missing.
    static func all(in bytes: [UInt8]) -> [Message] {
        var decoder = FrameDecoder(limit: FrameDecoder.sessionLimit)
        decoder.append(bytes)
        var messages: [Message] = []
        while let body = try? decoder.next() {
            if let message = try? Message(parsing: body) { messages.append(message) }
        }
        return messages
    }

    /// Parses text.
    init(_ text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

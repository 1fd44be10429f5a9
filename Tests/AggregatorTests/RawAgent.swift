import AgentCore
import Inventory
import OS
import TLS
import TestSupport
import Wire

/// Who an agent says it is.
struct Who {
    var host: HostID
    var name: String
    var labels: [String: String] = [:]
    var address = ""
    let identity: Identity
    var instance: Instance
    var epoch: Epoch
    var key: SipHash.Key { identity.digestKey }

    /// An agent that nobody has seen before.
    init(_ host: String) throws {
        guard let id = HostID(host) else { throw Unexpected("\(host) is no host id") }
        var random = SystemRandom()
        self.host = id
        name = host
        identity = Identity(using: &random)
        instance = identity.instance
        epoch = Epoch(using: &random)
    }

    /// The same installation after its agent was started again.
    var restarted: Who {
        var random = SystemRandom()
        var who = self
        who.epoch = Epoch(using: &random)
        return who
    }

    /// An empty state of this host.
    var log: HostLog { HostLog(epoch: epoch, digestKey: key) }

    /// The `credential` of its token.
    var credential: String?

    func hello(_ offer: Offer = Offer(version: 0, floor: 0, digest: nil, count: 0)) -> Hello {
        var engine = EngineCondition(state: EngineCondition.reachable)
        engine.version = "20.10.24"
        var description = HostDescription(id: host, name: name)
        description.labels = labels
        description.address = address
        var hello = Hello(
            agentVersion: "test", host: description, instance: instance,
            epoch: epoch,
            digestKey: key, offer: offer, engine: engine)
        hello.credential = credential
        return hello
    }
}

/// An agent that says exactly what a test tells it to say.
final class RawAgent {
    let stream: any ByteStream
    private var decoder = FrameDecoder(limit: FrameDecoder.sessionLimit)
    private let patience = Duration.seconds(10)

    init(_ address: SocketAddress, secure: TLSClientContext? = nil) async throws {
        let socket = SocketConnector(address)
        let connector: any Connector = secure.map { TLSConnector(socket, $0) } ?? socket
        stream = try await connector.connect(deadline: .after(patience))
    }

    /// To a station's door, over TLS where it is locked.
    convenience init(to station: Station) async throws {
        try await self.init(station.agents, secure: try station.trust)
    }

    deinit {
        stream.close()
    }

    /// Connects and says hello, and returns what is answered to it.
    static func greeting(_ station: Station, _ hello: Hello) async throws -> (
        agent: RawAgent, answer: Message
    ) {
        let agent = try await RawAgent(to: station)
        try await agent.send(.hello(hello))
        guard let answer = try await agent.next() else { throw Unexpected("no answer to hello") }
        return (agent, answer)
    }

    /// Connects, says hello, and is refused.
    static func refused(_ station: Station, _ hello: Hello) async throws -> (
        agent: RawAgent, refusal: Refusal
    ) {
        let (agent, answer) = try await greeting(station, hello)
        guard case .refused(let refusal) = answer else { throw Unexpected("not refused: \(answer)") }
        return (agent, refusal)
    }

    /// Connects as this host with nothing to tell, and is welcome.
    static func welcomed(_ station: Station, as who: Who) async throws -> RawAgent {
        let (agent, answer) = try await greeting(station, who.hello())
        guard case .welcome = answer else { throw Unexpected("not welcome: \(answer)") }
        return agent
    }

    /// Connects as this host with this state, and is synchronized.
    static func synchronized(_ station: Station, as who: Who, _ log: HostLog) async throws -> RawAgent {
        let (agent, answer) = try await greeting(station, who.hello(log.offer))
        guard case .welcome(let welcome) = answer else { throw Unexpected("not welcome: \(answer)") }
        guard case .manifest(let resync) = welcome.opening else { return agent }
        try await agent.synchronize(log, resync: resync, from: 1)
        return agent
    }

    /// Answers the demand for a manifest with everything.
    ///
    /// - Returns: The number of the last counted frame.
    @discardableResult
    func synchronize(_ log: HostLog, resync: Int64, from sequence: Int64) async throws -> Int64 {
        try await send(
            .manifest(
                Manifest(sequence: sequence, resync: resync, version: log.version, entries: log.manifest)))
        let need = try await expect("need") { if case .need(let need) = $0 { need } else { nil } }
        let fill = log.fill(after: log.version, needed: Set(need.ids))
        if !fill.isEmpty {
            try await send(
                .delta(Delta(sequence: sequence + 1, from: log.version, to: log.version, changes: fill)))
        }
        let last = sequence + (fill.isEmpty ? 1 : 2)
        try await send(.synced(Synced(sequence: last, resync: resync, version: log.version)))
        // A test that lets go of the agent now must not take from the aggregator what is still under way.
        _ = try await expect("the last frame to be processed") { message -> Bool? in
            if case .ack(let ack) = message, ack.frames >= last { true } else { nil }
        }
        return last
    }

    func send(_ message: Message) async throws {
        try await send(bytes: message.frame)
    }

    /// Sends a body in a frame, whatever it is.
    func send(frame body: String) async throws {
        try await send(bytes: .frame(Array(body.utf8)))
    }

    func send(bytes: [UInt8]) async throws {
        try await stream.write(bytes, deadline: .after(patience))
    }

    /// The next frame; nil when the aggregator has closed the connection.
    func next() async throws -> Message? {
        while true {
            if let body = try decoder.next() { return try Message(parsing: body) }
            let bytes = try await stream.read(atMost: 65_536, deadline: .after(patience))
            guard !bytes.isEmpty else { return nil }
            decoder.append(bytes)
        }
    }

    /// Reads on until a frame is what is waited for.
    func expect<Found>(_ what: String, _ pick: (Message) -> Found?) async throws -> Found {
        while let message = try await next() {
            if let found = pick(message) { return found }
        }
        throw Unexpected("the connection ended before \(what)")
    }

    /// The frames up to the end of the connection, without heartbeats and acknowledgements.
    func rest() async throws -> [Message] {
        var messages: [Message] = []
        while let message = try await next() {
            switch message {
            case .heartbeat, .ack: continue
            default: messages.append(message)
            }
        }
        return messages
    }

    /// The error that the connection ends with.
    func lastError() async throws -> PeerError {
        let rest = try await rest()
        guard case .error(let error)? = rest.last else {
            throw Unexpected("the connection ended with \(rest)")
        }
        return error
    }

    /// Reads acknowledgements until one covers a version.
    func waitForDurable(_ version: Int64) async throws {
        _ = try await expect("version \(version) to be durable") { message -> Bool? in
            switch message {
            case .ack(let ack): ack.durable >= version ? true : nil
            case .heartbeat(let heartbeat): (heartbeat.ack?.durable ?? 0) >= version ? true : nil
            default: nil
            }
        }
    }

    /// A heartbeat that says what the log holds.
    static func heartbeat(_ log: HostLog, sequence: Int64, now: Int64 = WallClock.now()) -> Message {
        let host = HostHeartbeat(
            sequence: sequence, version: log.version, count: Int64(log.count), digest: log.digest,
            pending: false,
            engine: EngineCondition(state: EngineCondition.reachable),
            confirmed: Dictionary(uniqueKeysWithValues: Facet.allCases.map { ($0, 5) }))
        return .heartbeat(Heartbeat(now: now, host: host))
    }
}

/// Something came that was not waited for.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

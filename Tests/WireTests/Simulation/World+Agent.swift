import Inventory
import TestSupport
import Wire

extension World {
    /// The Engine's containers change, and the agent sees it.
    func change(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let id = Self.ids.randomElement(using: &random) ?? Self.ids[0]
        counter += 1
        var container = engine[id] ?? EncodedContainer()
        if engine[id] == nil { container[.config] = Array(#"{"name":"c\#(counter)"}"#.utf8) }
        container[.status] = Array(#"{"state":"running","pid":\#(counter)}"#.utf8)
        if Bool.random(using: &random) { container[.network] = Array(#"{"mode":"m\#(counter)"}"#.utf8) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: container[.compose] = Array(#"{"kind":"compose","project":"p\#(counter)"}"#.utf8)
        case 1: container[.compose] = nil
        case 2: container[.config] = Array(#"{"name":"d\#(counter)"}"#.utf8)
        default: break
        }
        engine[id] = container
        log.put(id, container)
        remember()
        pump()
    }

    func remove(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        guard let id = engine.keys.sorted().randomElement(using: &random) else { return }
        engine[id] = nil
        log.remove(id)
        remember()
        pump()
    }

    /// More removals than the agent remembers, without a frame between them.
    func storm(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<12 {
            Bool.random(using: &random) ? change(random.next()) : remove(random.next())
        }
    }

    func completeList() {
        for (id, container) in engine {
            log.put(id, container)
            remember()
        }
        log.completed()
        pump()
    }

    /// The agent dies and comes back with another epoch, having seen part of the Engine's list or all of it.
    func crashAgent(_ seed: UInt64, losesState: Bool = false) {
        var random = SplitMix64(seed: seed)
        hangUp()
        epochs += 1
        if losesState {
            instance = Instance(
                id: Hexadecimal.text(epochs) + Hexadecimal.text(0),
                secret: Hexadecimal.text(seed) + Hexadecimal.text(1))
            digestKey = SipHash.Key(low: seed, high: epochs)
        }
        log = HostLog(epoch: Epoch(high: 0, low: epochs), digestKey: digestKey, minimumTombstones: 3)
        remember()
        for (id, container) in engine.sorted(by: { $0.key < $1.key }) where Bool.random(using: &random) {
            log.put(id, container)
            remember()
        }
        if Bool.random(using: &random) { completeList() }
    }

    func connect() {
        guard link == nil else { return }
        let description = HostDescription(id: Self.host, name: "h1")
        let hello = Hello(
            agentVersion: "test", host: description, instance: instance, epoch: log.epoch,
            digestKey: digestKey,
            offer: log.offer, engine: EngineCondition(state: EngineCondition.reachable))
        links += 1
        let link = Link(
            number: links,
            agent: AgentSession(hello: hello, timing: Self.timing, pieces: Self.pieces, now: now))
        link.toAggregator.frames.append(Message.hello(hello).frame)
        self.link = link
    }

    /// The agent's end goes; what it sent may still arrive.
    func hangUp() {
        guard let link else { return }
        link.agent = nil
        oldLinks.append(link)
        if oldLinks.count > 4 { oldLinks.removeFirst() }
        self.link = nil
    }

    func pump() {
        guard let link, let agent = link.agent, agent.session.isWelcomed else { return }
        perform(agent.session.pump(log: log, now: now), on: link)
    }

    func perform(_ actions: [AgentSession.Action], on link: Link) {
        for action in actions {
            switch action {
            case .send(let bytes): link.toAggregator.frames.append(bytes)
            case .close:
                // A real agent closes once the last bytes are written.
                if self.link === link { hangUp() }
            case .welcomed, .note, .durable, .request, .credit, .cancel: break
            }
        }
    }

    func carryToAgent(_ limit: Int) throws {
        guard let link, link.agent != nil else { return }
        link.agentDecoder.append(link.toAgent.take(limit))
        while let agent = link.agent, let body = try link.agentDecoder.next() {
            let message = try Message(parsing: body)
            perform(agent.session.received(message, log: log, now: now), on: link)
        }
    }
}

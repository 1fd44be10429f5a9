import Inventory
package import JSON

extension Message {
    /// The message as a whole frame.
    package var frame: [UInt8] { .frame(body) }

    /// The message as JSON, without the frame's length.
    package var body: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.member("type", type)
            encodeMembers(to: &writer)
        }
        return writer.bytes
    }

    /// The value of the `type` member.
    package var type: String {
        switch self {
        case .hello: "hello"
        case .offer: "offer"
        case .delta: "delta"
        case .manifest: "manifest"
        case .synced: "synced"
        case .goodbye: "goodbye"
        case .welcome: "welcome"
        case .refused: "refused"
        case .open: "open"
        case .need: "need"
        case .resync: "resync"
        case .ack: "ack"
        case .heartbeat: "heartbeat"
        case .error: "error"
        case .stats: "stats"
        case .events: "events"
        case .measures: "measures"
        case .reply: "reply"
        case .request: "request"
        case .credit: "credit"
        case .cancel: "cancel"
        case .unknown(let type): type
        }
    }

    private func encodeMembers(to writer: inout JSONWriter) {
        switch self {
        case .hello(let hello): writer.members(of: hello)
        case .offer(let offer): writer.members(of: offer)
        case .delta(let delta): writer.members(of: delta)
        case .manifest(let manifest): writer.members(of: manifest)
        case .synced(let synced):
            writer.member("seq", synced.sequence)
            writer.member("resync", synced.resync)
            writer.member("version", synced.version)
        case .goodbye(let goodbye): writer.member("reason", goodbye.reason)
        case .welcome(let welcome): writer.members(of: welcome)
        case .refused(let refusal):
            writer.member("code", refusal.code)
            writer.member("message", refusal.message)
            writer.optional("retry", refusal.retry)
        case .open(let opening): writer.members(of: opening)
        case .need(let need):
            writer.member("resync", need.resync)
            writer.optional("more", need.more)
            writer.array("ids") { writer in
                for id in need.ids { writer.string(utf8: id.hexadecimal) }
            }
        case .resync(let resync):
            writer.member("resync", resync.id)
            writer.member("reason", resync.reason)
        case .ack(let ack): writer.members(of: ack)
        case .heartbeat(let heartbeat): writer.members(of: heartbeat)
        case .error(let error):
            writer.member("code", error.code)
            writer.member("message", error.message)
        case .stats(let report): writer.members(of: report)
        case .events(let report): writer.members(of: report)
        case .measures(let measures): writer.members(of: measures)
        case .reply(let reply): writer.members(of: reply)
        case .request(let request): writer.members(of: request)
        case .credit(let credit):
            writer.member("id", credit.id)
            writer.member("bytes", credit.bytes)
        case .cancel(let cancel): writer.member("id", cancel.id)
        case .unknown: break
        }
    }
}

extension JSONWriter {
    fileprivate mutating func members(of delta: Delta) {
        member("seq", delta.sequence)
        member("from", delta.from)
        member("to", delta.to)
        optional("more", delta.more)
        array("changes") { writer in
            for change in delta.changes { writer.change(change) }
        }
    }

    fileprivate mutating func members(of manifest: Manifest) {
        member("seq", manifest.sequence)
        member("resync", manifest.resync)
        member("version", manifest.version)
        optional("more", manifest.more)
        array("entries") { writer in
            for entry in manifest.entries { writer.entry(entry) }
        }
    }

    private mutating func entry(_ entry: Manifest.Entry) {
        object { writer in
            writer.key("id")
            writer.string(utf8: entry.id.hexadecimal)
            for facet in Facet.allCases where entry.digests[facet] != 0 {
                writer.key(facet.rawValue)
                writer.string(Hexadecimal.text(entry.digests[facet]))
            }
        }
    }

    fileprivate mutating func members(of opening: Opening) {
        switch opening {
        case .resume(let version):
            member("open", "resume")
            member("from", version)
        case .current: member("open", "current")
        case .manifest(let id):
            member("open", "manifest")
            member("resync", id)
        case .wait: member("open", "wait")
        }
    }

    fileprivate mutating func members(of ack: Acknowledgement) {
        member("frames", ack.frames)
        member("applied", ack.applied)
        member("durable", ack.durable)
    }

    fileprivate mutating func members(of offer: Offer) {
        member("version", offer.version)
        member("floor", offer.floor)
        if let digest = offer.digest { member("digest", digest.description) }
        member("count", offer.count)
    }

    fileprivate mutating func members(of welcome: Welcome) {
        member("protocol", welcome.protocolVersion)
        member("session", welcome.session)
        member("heartbeat", welcome.heartbeat)
        object("window") { writer in
            writer.member("frames", welcome.windowFrames)
            writer.member("bytes", welcome.windowBytes)
        }
        members(of: welcome.opening)
        optional("features", welcome.features)
    }

    fileprivate mutating func members(of hello: Hello) {
        array("protocols") { writer in
            for version in hello.protocols { writer.integer(version) }
        }
        member("agent", hello.agentVersion)
        object("host") { writer in
            writer.member("id", hello.host.id.rawValue)
            writer.member("name", hello.host.name)
            writer.optional("address", hello.host.address)
            writer.optional("labels", hello.host.labels)
            writer.optional("engineId", hello.host.engineID)
            writer.optional("machineId", hello.host.machineID)
        }
        object("instance") { writer in
            writer.member("id", hello.instance.id)
            writer.member("secret", hello.instance.secret)
        }
        if let credential = hello.credential { member("credential", credential) }
        member("epoch", hello.epoch.description)
        member("digestKey", hello.digestKey.text)
        members(of: hello.offer)
        condition(hello.engine)
        optional("operations", hello.operations)
    }

    /// Writes the `engine` member.
    package mutating func condition(_ engine: EngineCondition) {
        object("engine") { writer in
            writer.member("state", engine.state)
            writer.optional("since", engine.since)
            writer.optional("reason", engine.reason)
            writer.optional("version", engine.version)
            writer.optional("apiVersion", engine.apiVersion)
            writer.optional("os", engine.os)
            writer.optional("arch", engine.arch)
            writer.optional("name", engine.name)
            writer.optional("cpus", engine.cpus)
            writer.optional("memory", engine.memory)
            writer.optional("roundTrip", engine.roundTrip)
            writer.optional("eventsSince", engine.eventsSince)
            writer.optional("lastEvent", engine.lastEvent)
            writer.optional("lastError", engine.lastError)
            if !engine.problems.isEmpty {
                writer.array("problems") { writer in
                    for problem in engine.problems {
                        writer.object { writer in
                            writer.member("code", problem.code)
                            writer.member("message", problem.message)
                        }
                    }
                }
            }
        }
    }

    fileprivate mutating func members(of heartbeat: Heartbeat) {
        member("now", heartbeat.now)
        if let host = heartbeat.host {
            member("seq", host.sequence)
            member("version", host.version)
            member("count", host.count)
            if let digest = host.digest { member("digest", digest.description) }
            optional("pending", host.pending)
            condition(host.engine)
            if !host.confirmed.isEmpty {
                object("confirmed") { writer in
                    for facet in Facet.allCases {
                        guard let age = host.confirmed[facet] else { continue }
                        writer.key(facet.rawValue)
                        writer.integer(age)
                    }
                }
            }
        }
        if let ack = heartbeat.ack { members(of: ack) }
    }

    /// Writes one container's change as it stands in `delta`.
    package mutating func change(_ change: ContainerChange) {
        object { writer in
            writer.key("id")
            writer.string(utf8: change.id.hexadecimal)
            switch change.kind {
            case .removed: writer.member("removed", true)
            case .put(let facets):
                for facet in Facet.allCases {
                    switch facets[facet] {
                    case .untouched: break
                    case .deleted:
                        writer.key(facet.rawValue)
                        writer.null()
                    case .value(let bytes):
                        writer.key(facet.rawValue)
                        writer.raw(bytes)
                    }
                }
            }
        }
    }
}

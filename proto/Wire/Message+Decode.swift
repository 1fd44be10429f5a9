import Inventory
package import JSON

extension Message {
    /// What a frame may hold: 16 levels deep, as long as its connection allows.
    private static let limits = JSONLimits(depth: 16, length: FrameDecoder.sessionLimit)

    /// The largest integer that every JSON reader keeps exactly (RFC 8259, section 6).
    package static let largestInteger: Int64 = (1 << 53) - 1

    /// Reads a frame's body.
    ///
    /// An unknown type gives `.unknown`; everything else that is wrong throws.
    package init(parsing body: [UInt8]) throws(JSONError) {
        let type = try Self.type(of: body)
        var reader = JSONReader(body, limits: Self.limits)
        try reader.beginObject()
        switch type {
        case "hello": self = .hello(try reader.restOfHello())
        case "offer": self = .offer(try reader.restOfOffer())
        case "delta": self = .delta(try reader.restOfDelta())
        case "manifest": self = .manifest(try reader.restOfManifest())
        case "synced": self = .synced(try reader.restOfSynced())
        case "goodbye": self = .goodbye(Goodbye(reason: try reader.restOfTexts().reason))
        case "welcome": self = .welcome(try reader.restOfWelcome())
        case "refused":
            let texts = try reader.restOfTexts()
            self = .refused(Refusal(code: texts.code, message: texts.message, retry: texts.retry))
        case "open": self = .open(try reader.restOfOpening())
        case "need": self = .need(try reader.restOfNeed())
        case "resync":
            let texts = try reader.restOfTexts()
            self = .resync(Resync(id: texts.resync, reason: texts.reason))
        case "ack": self = .ack(try reader.restOfAcknowledgement())
        case "heartbeat": self = .heartbeat(try reader.restOfHeartbeat())
        case "error":
            let texts = try reader.restOfTexts()
            self = .error(PeerError(code: texts.code, message: texts.message))
        case "stats": self = .stats(try reader.restOfStats())
        case "events": self = .events(try reader.restOfEvents())
        case "measures": self = .measures(try reader.restOfMeasures())
        case "reply": self = .reply(try reader.restOfReply())
        case "request": self = .request(try reader.restOfRequest())
        case "credit": self = .credit(try reader.restOfCredit())
        case "cancel": self = .cancel(Cancel(id: try reader.restOfTexts().id))
        default:
            while try reader.nextKey() != nil { try reader.skip() }
            self = .unknown(type: type)
        }
        try reader.finish()
    }

    /// The type first, since its place among the members is free; the reading after this checks the rest.
    private static func type(of body: [UInt8]) throws(JSONError) -> String {
        var reader = JSONReader(body, limits: limits)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if case "type" = key { return try reader.readString() }
            try reader.skip()
        }
        throw JSONError(.invalidValue, at: 0, "type is missing")
    }
}

extension JSONReader {
    /// Reads a whole number that every JSON reader keeps exactly.
    mutating func readCount() throws(JSONError) -> Int64 {
        try readInteger(in: 0...Message.largestInteger)
    }

    mutating func readContainerID() throws(JSONError) -> ContainerID {
        let start = position
        guard let id = ContainerID(utf8: try readUTF8()) else {
            throw JSONError(.invalidValue, at: start, "a container id is 64 lowercase hexadecimal digits")
        }
        return id
    }

    private mutating func readWord() throws(JSONError) -> UInt64 {
        let start = position
        guard let word = Hexadecimal.words(try readUTF8(), count: 1)?.first else {
            throw JSONError(.invalidValue, at: start, "16 lowercase hexadecimal digits")
        }
        return word
    }

    // MARK: Changes

    fileprivate mutating func restOfDelta() throws(JSONError) -> Delta {
        var delta = Delta(sequence: 0, from: 0, to: 0, changes: [])
        while let key = try nextKey() {
            switch key {
            case "seq": delta.sequence = try readCount()
            case "from": delta.from = try readCount()
            case "to": delta.to = try readCount()
            case "more": delta.more = try readBool()
            case "changes":
                try beginArray()
                while try nextElement() { delta.changes.append(try readChange()) }
            default: try skip()
            }
        }
        guard delta.sequence > 0, delta.from <= delta.to else {
            throw JSONError(.invalidValue, at: position, "delta: seq is at least 1, from at most to")
        }
        return delta
    }

    private mutating func readChange() throws(JSONError) -> ContainerChange {
        let start = position
        var id: ContainerID?
        var isRemoved = false
        var facets = FacetChanges()
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "id": id = try readContainerID()
            case "removed": isRemoved = try readBool()
            case "status": facets.status = try readFacetChange()
            case "network": facets.network = try readFacetChange()
            case "config": facets.config = try readFacetChange()
            case "compose": facets.compose = try readFacetChange()
            default: try skip()
            }
        }
        guard let id else { throw JSONError(.invalidValue, at: start, "a change without an id") }
        guard !isRemoved || facets.isEmpty else {
            throw JSONError(.invalidValue, at: start, "a change is a removal or has facets, not both")
        }
        return isRemoved ? .removed(id) : ContainerChange(id: id, kind: .put(facets))
    }

    private mutating func readFacetChange() throws(JSONError) -> FacetChange {
        switch try peek() {
        case .null:
            _ = try readNull()
            return .deleted
        case .object: return .value(FacetBytes(try readRaw()))
        default: throw JSONError(.wrongType, at: position, "a facet is an object or null")
        }
    }

    // MARK: Resync

    fileprivate mutating func restOfManifest() throws(JSONError) -> Manifest {
        var manifest = Manifest(sequence: 0, resync: 0, version: 0, entries: [])
        while let key = try nextKey() {
            switch key {
            case "seq": manifest.sequence = try readCount()
            case "resync": manifest.resync = try readCount()
            case "version": manifest.version = try readCount()
            case "more": manifest.more = try readBool()
            case "entries":
                try beginArray()
                while try nextElement() { manifest.entries.append(try readEntry()) }
            default: try skip()
            }
        }
        guard manifest.sequence > 0 else { throw JSONError(.invalidValue, at: position, "manifest: seq") }
        return manifest
    }

    private mutating func readEntry() throws(JSONError) -> Manifest.Entry {
        let start = position
        var id: ContainerID?
        var digests = FacetDigests()
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "id": id = try readContainerID()
            case "status": digests[.status] = try readWord()
            case "network": digests[.network] = try readWord()
            case "config": digests[.config] = try readWord()
            case "compose": digests[.compose] = try readWord()
            default: try skip()
            }
        }
        guard let id else { throw JSONError(.invalidValue, at: start, "an entry without an id") }
        return Manifest.Entry(id: id, digests: digests)
    }

    fileprivate mutating func restOfSynced() throws(JSONError) -> Synced {
        var synced = Synced(sequence: 0, resync: 0, version: 0)
        while let key = try nextKey() {
            switch key {
            case "seq": synced.sequence = try readCount()
            case "resync": synced.resync = try readCount()
            case "version": synced.version = try readCount()
            default: try skip()
            }
        }
        guard synced.sequence > 0 else { throw JSONError(.invalidValue, at: position, "synced: seq") }
        return synced
    }

    fileprivate mutating func restOfNeed() throws(JSONError) -> Need {
        var need = Need(resync: 0, ids: [])
        while let key = try nextKey() {
            switch key {
            case "resync": need.resync = try readCount()
            case "more": need.more = try readBool()
            case "ids":
                try beginArray()
                while try nextElement() { need.ids.append(try readContainerID()) }
            default: try skip()
            }
        }
        return need
    }

    // MARK: Small frames

    /// Members that many small frames share.
    struct Texts {
        var code = ""
        var message = ""
        var reason = ""
        var retry = false
        var resync: Int64 = 0
        var id: Int64 = 0
    }

    mutating func restOfTexts() throws(JSONError) -> Texts {
        var texts = Texts()
        while let key = try nextKey() {
            switch key {
            case "code": texts.code = try readString()
            case "message": texts.message = try readString()
            case "reason": texts.reason = try readString()
            case "retry": texts.retry = try readBool()
            case "resync": texts.resync = try readCount()
            case "id": texts.id = try readCount()
            default: try skip()
            }
        }
        return texts
    }

    fileprivate mutating func restOfAcknowledgement() throws(JSONError) -> Acknowledgement {
        var ack = Acknowledgement(frames: 0, applied: 0, durable: 0)
        while let key = try nextKey() {
            switch key {
            case "frames": ack.frames = try readCount()
            case "applied": ack.applied = try readCount()
            case "durable": ack.durable = try readCount()
            default: try skip()
            }
        }
        return ack
    }

    fileprivate mutating func restOfHeartbeat() throws(JSONError) -> Heartbeat {
        var heartbeat = Heartbeat(now: 0)
        var host = HostHeartbeat(
            sequence: 0, version: 0, count: 0, digest: nil, pending: false,
            engine: EngineCondition(state: ""), confirmed: [:])
        var ack = Acknowledgement(frames: 0, applied: 0, durable: 0)
        var isHost = false
        var isAck = false
        while let key = try nextKey() {
            switch key {
            case "now": heartbeat.now = try readCount()
            case "seq": host.sequence = try readCount()
            case "version":
                host.version = try readCount()
                isHost = true
            case "count": host.count = try readCount()
            case "digest": host.digest = Digest(sum: try readWord())
            case "pending": host.pending = try readBool()
            case "engine": host.engine = try readCondition()
            case "confirmed": host.confirmed = try readAges()
            case "frames":
                ack.frames = try readCount()
                isAck = true
            case "applied": ack.applied = try readCount()
            case "durable": ack.durable = try readCount()
            default: try skip()
            }
        }
        if isHost { heartbeat.host = host }
        if isAck { heartbeat.ack = ack }
        return heartbeat
    }

    private mutating func readAges() throws(JSONError) -> [Facet: Int64] {
        var ages: [Facet: Int64] = [:]
        try beginObject()
        while let key = try nextKey() {
            if let facet = Facet(rawValue: key.string) {
                ages[facet] = try readCount()
            } else {
                try skip()
            }
        }
        return ages
    }
}

import Inventory
package import JSON

extension JSONReader {
    mutating func restOfHello() throws(JSONError) -> Hello {
        var protocols: [Int64] = []
        var agentVersion = ""
        var host: HostDescription?
        var instance: Instance?
        var epoch: Epoch?
        var digestKey: SipHash.Key?
        var offer = Offer(version: 0, floor: 0, digest: nil, count: 0)
        var engine = EngineCondition(state: EngineCondition.starting)
        var operations: [String] = []
        var credential: String?
        while let key = try nextKey() {
            switch key {
            case "protocols":
                try beginArray()
                while try nextElement() { protocols.append(try readInteger()) }
            case "agent": agentVersion = try readString()
            case "host": host = try readHostDescription()
            case "instance": instance = try readInstance()
            case "epoch": epoch = Epoch(try readString())
            case "digestKey": digestKey = SipHash.Key(try readString())
            case "engine": engine = try readCondition()
            case "operations": operations = try readStrings()
            case "credential": credential = try readString()
            default: try readOfferMember(key, into: &offer)
            }
        }
        guard let host, let instance, let epoch, let digestKey, !protocols.isEmpty else {
            throw JSONError(
                .invalidValue, at: position, "hello needs protocols, host, instance, epoch, digestKey")
        }
        var hello = Hello(
            agentVersion: agentVersion, host: host, instance: instance, epoch: epoch, digestKey: digestKey,
            offer: offer, engine: engine, protocols: protocols)
        hello.operations = operations
        hello.credential = credential
        return hello
    }

    mutating func restOfOffer() throws(JSONError) -> Offer {
        var offer = Offer(version: 0, floor: 0, digest: nil, count: 0)
        while let key = try nextKey() { try readOfferMember(key, into: &offer) }
        return offer
    }

    private mutating func readOfferMember(_ key: JSONKey, into offer: inout Offer) throws(JSONError) {
        switch key {
        case "version": offer.version = try readInteger(in: 0...Message.largestInteger)
        case "floor": offer.floor = try readInteger(in: 0...Message.largestInteger)
        case "count": offer.count = try readInteger(in: 0...Message.largestInteger)
        case "digest":
            if try readNull() { return }
            let start = position
            guard let digest = Digest(try readString()) else {
                throw JSONError(.invalidValue, at: start, "a digest is 16 hexadecimal digits")
            }
            offer.digest = digest
        default: try skip()
        }
    }

    private mutating func readHostDescription() throws(JSONError) -> HostDescription {
        let start = position
        var id: HostID?
        var host = HostDescription(id: HostDescription.placeholder, name: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "id": id = HostID(try readString())
            case "name": host.name = try readString()
            case "address": host.address = try readString()
            case "labels": host.labels = try readStringMap()
            case "engineId": host.engineID = try readString()
            case "machineId": host.machineID = try readString()
            default: try skip()
            }
        }
        guard let id else {
            throw JSONError(.invalidValue, at: start, "host.id is [a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}")
        }
        host.id = id
        if host.name.isEmpty { host.name = id.rawValue }
        return host
    }

    private mutating func readInstance() throws(JSONError) -> Instance {
        let start = position
        var instance = Instance(id: "", secret: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "id": instance.id = try readString()
            case "secret": instance.secret = try readString()
            default: try skip()
            }
        }
        guard Hexadecimal.words(instance.id.utf8, count: 2) != nil,
            Hexadecimal.words(instance.secret.utf8, count: 2) != nil
        else { throw JSONError(.invalidValue, at: start, "instance.id and secret are 32 hexadecimal digits") }
        return instance
    }

    /// Reads what `condition` writes.
    package mutating func readCondition() throws(JSONError) -> EngineCondition {
        var engine = EngineCondition(state: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "state": engine.state = try readString()
            case "since": engine.since = try readInteger(in: 0...Message.largestInteger)
            case "reason": engine.reason = try readString()
            case "version": engine.version = try readString()
            case "apiVersion": engine.apiVersion = try readString()
            case "os": engine.os = try readString()
            case "arch": engine.arch = try readString()
            case "name": engine.name = try readString()
            case "cpus": engine.cpus = try readCount()
            case "memory": engine.memory = try readCount()
            case "roundTrip": engine.roundTrip = try readCount()
            case "eventsSince": engine.eventsSince = try readCount()
            case "lastEvent": engine.lastEvent = try readCount()
            case "lastError": engine.lastError = try readString()
            case "problems":
                try beginArray()
                while try nextElement() {
                    let problem = try readProblem()
                    if engine.problems.count < EngineCondition.problemLimit {
                        engine.problems.append(problem)
                    }
                }
            default: try skip()
            }
        }
        return engine
    }

    private mutating func readProblem() throws(JSONError) -> AgentProblem {
        var problem = AgentProblem(code: "", message: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "code": problem.code = try readString()
            case "message": problem.message = try readString()
            default: try skip()
            }
        }
        return problem
    }

    mutating func restOfWelcome() throws(JSONError) -> Welcome {
        var welcome = Welcome(
            session: 0, heartbeat: 0, windowFrames: 0, windowBytes: 0, opening: .wait, protocolVersion: 0)
        var parts = OpeningParts()
        while let key = try nextKey() {
            switch key {
            case "protocol": welcome.protocolVersion = try readInteger()
            case "session": welcome.session = try readInteger(in: 0...Message.largestInteger)
            case "heartbeat": welcome.heartbeat = try readInteger(in: 10...3_600_000)
            case "window":
                try beginObject()
                while let key = try nextKey() {
                    switch key {
                    case "frames": welcome.windowFrames = try readInteger(in: 1...1_000_000)
                    case "bytes": welcome.windowBytes = try readInteger(in: 1...Message.largestInteger)
                    default: try skip()
                    }
                }
            case "features": welcome.features = try readStrings()
            default: try readOpeningMember(key, into: &parts)
            }
        }
        welcome.opening = try parts.opening(at: position)
        guard welcome.heartbeat > 0, welcome.windowFrames > 0, welcome.windowBytes > 0 else {
            throw JSONError(.invalidValue, at: position, "welcome needs heartbeat and window")
        }
        return welcome
    }

    mutating func restOfOpening() throws(JSONError) -> Opening {
        var parts = OpeningParts()
        while let key = try nextKey() { try readOpeningMember(key, into: &parts) }
        return try parts.opening(at: position)
    }

    private struct OpeningParts {
        var mode = ""
        var from: Int64?
        var resync: Int64?

        func opening(at position: Int) throws(JSONError) -> Opening {
            switch (mode, from, resync) {
            case ("resume", .some(let version), _): return .resume(from: version)
            case ("current", _, _): return .current
            case ("manifest", _, .some(let id)): return .manifest(id: id)
            case ("wait", _, _): return .wait
            default: throw JSONError(.invalidValue, at: position, "open is resume, current, manifest or wait")
            }
        }
    }

    private mutating func readOpeningMember(_ key: JSONKey, into parts: inout OpeningParts) throws(JSONError)
    {
        switch key {
        case "open": parts.mode = try readString()
        case "from": parts.from = try readInteger(in: 0...Message.largestInteger)
        case "resync": parts.resync = try readInteger(in: 0...Message.largestInteger)
        default: try skip()
        }
    }
}

extension HostDescription {
    /// Stands in until the id has been read; never leaves the reader.
    fileprivate static let placeholder: HostID = {
        guard let id = HostID("unnamed") else { preconditionFailure("a literal that fits the grammar") }
        return id
    }()
}

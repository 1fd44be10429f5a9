import Inventory
import JSON
import OS
import TestSupport
import Testing
import Wire

/// What a peer must never bring about: a trap, a silence, or harm to somebody else's host.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `A frame that can't be used` {
    /// Bytes that are no frame, and what is said of them.
    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let says: String

        init(_ description: String, _ bytes: [UInt8], says: String) {
            testDescription = description
            self.bytes = bytes
            self.says = says
        }

        init(_ description: String, frame: String, says: String) {
            self.init(description, .frame(Array(frame.utf8)), says: says)
        }
    }

    static let before: [Bad] = [
        Bad("length zero", [0, 0, 0, 0], says: "a frame of length zero"),
        Bad("longer than before welcome", [0, 1, 0, 1], says: "65537 bytes, where 65536 are allowed"),
        Bad("four gigabytes", [255, 255, 255, 255], says: "4294967295 bytes, where 65536"),
        Bad("HTTP", Array("GET / HTTP/1.1\r\n\r\n".utf8), says: "1195725856 bytes"),
        Bad("not JSON", frame: "hello", says: "bad-frame"),
        Bad("no object", frame: "[1]", says: "bad-frame"),
        Bad("no type", frame: "{}", says: "type is missing"),
        Bad("not UTF-8", .frame(Array("{\"type\":\"".utf8) + [0xFF, 0x22, 0x7D]), says: "bad-frame"),
        Bad("duplicate member", frame: #"{"type":"hello","type":"hello"}"#, says: "bad-frame"),
        Bad(
            "too deep",
            frame: #"{"type":"x","a":"# + String(repeating: "[", count: 20)
                + String(repeating: "]", count: 20) + "}",
            says: "bad-frame"),
        Bad("hello without its members", frame: #"{"type":"hello"}"#, says: "hello needs"),
        Bad("a heartbeat before hello", frame: #"{"type":"heartbeat","now":1}"#, says: "before hello"),
        Bad("an unknown type before hello", frame: #"{"type":"tickle"}"#, says: "before hello"),
    ]

    static let after: [Bad] = [
        Bad("length zero", [0, 0, 0, 0], says: "a frame of length zero"),
        Bad("longer than 16 MiB", [1, 0, 0, 1], says: "16777217 bytes, where 16777216"),
        Bad("not JSON", frame: "{", says: "bad-frame"),
        Bad("a second hello", frame: "HELLO", says: "hello from an agent"),
        Bad("a frame of the aggregator's", frame: #"{"type":"ack","frames":1}"#, says: "ack from an agent"),
        Bad(
            "a number where an object stands",
            frame:
                #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"\#(Sample.id(3))","status":5}]}"#,
            says: "a facet is an object or null"),
        Bad(
            "an id that is none", frame: #"{"type":"delta","seq":1,"from":0,"to":1,"changes":[{"id":"x"}]}"#,
            says: "64 lowercase"),
        Bad(
            "a delta that goes back", frame: #"{"type":"delta","seq":1,"from":9,"to":1,"changes":[]}"#,
            says: "from at most to"),
        Bad(
            "a sequence of nothing", frame: #"{"type":"delta","seq":0,"from":0,"to":1,"changes":[]}"#,
            says: "seq is at least 1"),
    ]

    /// B17: and nobody else is touched.
    @Test(arguments: before) func `before welcome is answered with an error, then the end`(bad: Bad)
        async throws
    {
        try await Station.with { station in
            let agent = try await RawAgent(station.agents)
            try await agent.send(bytes: bad.bytes)
            let error = try await agent.lastError()
            #expect("\(error.code): \(error.message)".contains(bad.says))
            #expect(try await station.client.json("/hosts")["total"]?.integer == 0)
        }
    }

    /// B17: its host keeps its rows, and the others don't notice.
    @Test(arguments: after) func `in a session ends that session only`(bad: Bad) async throws {
        try await Station.with { station in
            let other = try Who("other")
            let neighbour = try await RawAgent.synchronized(station, as: other, Sample.log(other, 1...2))
            let who = try Who("web")
            var log = Sample.log(who, 3...4)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await eventually("both hosts are there") {
                try await station.client.names("/containers").count == 4
            }
            var bytes = bad.bytes
            if bad.bytes == .frame(Array("HELLO".utf8)) { bytes = Message.hello(who.hello()).frame }
            try await agent.send(bytes: bytes)
            let error = try await agent.lastError()
            #expect("\(error.code): \(error.message)".contains(bad.says))
            #expect(try await station.client.names("/containers").count == 4)
            try await eventually("the host is silent") {
                try await station.client.state(of: "web") == "silent"
            }
            #expect(try await station.client.state(of: "other") == "live")
            // The agent comes back, and goes on.
            log.put(Sample.id(5), Sample.container(5))
            _ = try await RawAgent.synchronized(station, as: who, log)
            try await neighbour.send(RawAgent.heartbeat(Sample.log(other, 1...2), sequence: 3))
        }
    }

    @Test func `of an unknown type is answered, and the session goes on`() async throws {
        try await Station.with { station in
            let agent = try await RawAgent.welcomed(station, as: Who("web"))
            try await agent.send(frame: #"{"type":"tickle","deeply":{"nested":[1,2,3]}}"#)
            let error = try await agent.expect("an error") {
                if case .error(let error) = $0 { error } else { nil }
            }
            #expect(error == PeerError(code: PeerError.unknownType, message: "tickle"))
            try await agent.send(.goodbye(Goodbye(reason: "done")))
            #expect(try await agent.rest().isEmpty)
        }
    }

    @Test func `in pieces is put together`() async throws {
        try await Station.with { station in
            let agent = try await RawAgent(station.agents)
            let hello = Message.hello(try Who("web").hello()).frame
            for piece in stride(from: 0, to: hello.count, by: 50) {
                try await agent.send(bytes: Array(hello[piece..<min(piece + 50, hello.count)]))
            }
            guard case .welcome? = try await agent.next() else { throw Unexpected("not welcome") }
        }
    }

    /// A facet that is an object but not of the right shape is found by the fleet, after the session took it.
    @Test func `with a facet of the wrong shape leaves memory and disk as they were`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let log = Sample.log(who, 1...2)
            try await Station.with(folder) { station in
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
                var facets = FacetChanges()
                facets.status = .value(Array(#"{"state":5}"#.utf8))
                let change = ContainerChange(id: Sample.id(1), kind: .put(facets))
                try await agent.send(
                    .delta(Delta(sequence: 4, from: log.version, to: log.version + 1, changes: [change])))
                let error = try await agent.lastError()
                #expect(error.code == PeerError.badFrame)
                #expect(try await station.client.names("/containers") == ["c1", "c2"].sorted(by: byID))
            }
            try await Station.with(folder) { station in
                let names = try await station.client.names("/containers")
                #expect(names.count == 2)
                #expect(try await station.client.state(of: "web") == "restored")
            }
        }
    }

    @Test func `that takes a container's status away leaves memory and disk the same`() async throws {
        try await TemporaryDirectory.with { folder in
            let who = try Who("web")
            let log = Sample.log(who, 1...2)
            try await Station.with(folder) { station in
                let agent = try await RawAgent.synchronized(station, as: who, log)
                try await agent.waitForDurable(log.version)
                var facets = FacetChanges()
                facets.status = .deleted
                let set = [
                    ContainerChange(id: Sample.id(1), kind: .put(facets)), .removed(Sample.id(2)),
                ]
                try await agent.send(
                    .delta(Delta(sequence: 4, from: log.version, to: log.version + 1, changes: set)))
                _ = try await agent.rest()
                #expect(try await station.client.state(of: "web") == "silent")
            }
            try await Station.with(folder) { station in
                let names = try await station.client.names("/containers")
                #expect(names.contains("c1"))
                // The agent's next heartbeat shows the difference, and it is repaired.
                let (agent, _) = try await RawAgent.greeting(station, who.hello(log.offer))
                try await agent.send(RawAgent.heartbeat(log, sequence: 0))
                let resync = try await agent.expect("resync") {
                    if case .resync(let it) = $0 { it } else { nil }
                }
                try await agent.synchronize(log, resync: resync.id, from: 1)
                try await eventually { try await station.client.names("/containers").count == 2 }
            }
        }
    }

    private func byID(_ one: String, _ other: String) -> Bool {
        func id(_ name: String) -> ContainerID { Sample.id(Int(name.dropFirst()) ?? 0) }
        return id(one) < id(other)
    }
}

import JSON
import OS
import TestSupport
import Testing
import Wire

/// Requirement A8: this code and every release before it understand each other, in both roles.
@Suite struct `Each earlier release` {
    @Test(arguments: Release.known) func `wrote frames that are read as they were meant`(release: Release)
        throws
    {
        let names = release.names(below: "frames")
        #expect(names.count >= 37)
        for name in names {
            let body = Array(try release.read(name).dropLast())
            let message = try Message(parsing: body)
            if case .unknown = message { Issue.record("\(name): its type is no longer known") }
            // What is written again for the same meaning says at least as much: nothing was lost by reading it.
            #expect(try JSONValue(parsing: message.body).covers(try JSONValue(parsing: body)), "\(name)")
        }
    }

    @Test(arguments: Release.known) func `took odd frames that are taken still`(release: Release) throws {
        let names = release.names(below: "accepted")
        #expect(!names.isEmpty)
        for name in names {
            let lines = try release.read(name).split(separator: 0x0A).map { Array($0) }
            let message = try Message(parsing: lines[0])
            #expect(try JSONValue(parsing: message.body).covers(try JSONValue(parsing: lines[1])), "\(name)")
        }
    }

    @Test(arguments: Release.known) func `refused what is refused still, for the same reason`(
        release: Release
    ) throws {
        let lines = try release.read("refused/expected.ndjson").split(separator: 0x0A)
        #expect(lines.count >= 40)
        for line in lines {
            let value = try JSONValue(parsing: Array(line))
            let name = try #require(value["file"]?.string)
            let input = RefusedInput(
                name: name, limit: Int(try #require(value["limit"]?.integer)),
                bytes: try release.read("refused/\(name)"), expected: try #require(value["refused"]?.string))
            #expect(input.outcome == input.expected, "\(name)")
        }
    }

    /// An agent of that release with this aggregator: from hello to goodbye, every answer is one that it understands.
    @Test(arguments: Release.known) func `had agents that this aggregator serves`(release: Release) throws {
        for name in release.names(below: "sessions") {
            let transcript = try Transcript(parsing: try release.read(name))
            let difference = try transcript.difference(of: TranscriptAggregator(), accepts: Self.covers)
            #expect(difference == nil, "\(name): \(difference ?? "")")
        }
    }

    /// An aggregator of that release with this agent.
    @Test(arguments: Release.known) func `had aggregators that this agent reports to`(release: Release) throws
    {
        for name in release.names(below: "sessions") {
            let transcript = try Transcript(parsing: try release.read(name))
            let difference = try transcript.difference(of: TranscriptAgent(), accepts: Self.covers)
            #expect(difference == nil, "\(name): \(difference ?? "")")
        }
    }

    /// So that the replays above can't pass for want of anything to replay.
    @Test(arguments: Release.known) func `is kept from hello to goodbye`(release: Release) throws {
        var types: Set<String> = []
        var live = 0
        for name in release.names(below: "sessions") {
            for (line, _) in try Transcript(parsing: try release.read(name)).lines {
                switch line {
                case .agent(let body), .aggregator(let body): types.insert(try Message(parsing: body).type)
                case .holds(let holding) where holding.isLive: live += 1
                default: break
                }
            }
        }
        #expect(
            types.isSuperset(of: [
                "hello", "welcome", "refused", "offer", "open", "manifest", "need", "delta", "synced",
                "resync",
                "ack", "heartbeat", "goodbye",
            ]))
        #expect(live >= 10)
    }

    /// What that release's schemas say of frames is true of those that are written today: it can read them.
    @Test(arguments: Release.known) func `can read what is written today`(release: Release) async throws {
        ToolUse.record("python3-jsonschema")
        let run = try await ProcessFixture.run(
            "/usr/bin/python3",
            [
                release.folder + "/schema/validate.py", Fixtures.folder + "/frames",
                Fixtures.folder + "/sessions",
            ])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let today = Set(GoldenMessages.all.map(\.message.type))
        let then = Set(
            try release.names(below: "frames").map { name in
                try Message(parsing: Array(try release.read(name).dropLast())).type
            })
        // A new type of message only goes to who says that it understands it: `welcome.features` names the first
        // three, `hello.operations` lets an aggregator ask, and the others belong to what was asked.
        let announced: Set = [
            "stats", "events", "measures", "request", "reply", "credit", "cancel",
        ]
        #expect(today.subtracting(then).subtracting(announced) == [])
    }

    private static func covers(_ own: [UInt8], _ text: [UInt8]) throws -> Bool {
        try JSONValue(parsing: own).covers(try JSONValue(parsing: text))
    }
}

/// Requirement A8: how two ends find the version that they speak.
@Suite struct `The protocol's version` {
    @Test func `is the newest that both speak`() {
        #expect(commonProtocol(ours: [2, 1], theirs: [1]) == 1)
        #expect(commonProtocol(ours: [1], theirs: [2, 1]) == 1)
        #expect(commonProtocol(ours: [3, 2], theirs: [2, 3]) == 3)
        #expect(commonProtocol(ours: [3, 2], theirs: [1]) == nil)
        #expect(commonProtocol(ours: [1], theirs: []) == nil)
    }

    /// The previous version is spoken for at least one release; there is none before the first.
    @Test func `comes with the one before it`() {
        let newest = protocolVersions[0]
        #expect(protocolVersions == (newest == 1 ? [1] : [newest, newest - 1]))
    }

    /// An agent of tomorrow that still speaks today's version is served in that.
    @Test func `of a newer agent is met half way`() throws {
        var record = HostRecord()
        let hello = Sample.hello(Sample.nothing, protocols: [9, protocolVersions[0]])
        #expect(try record.admit(hello, isProven: true, contents: Knowledge(), resync: 0) == .wait)
        #expect(commonProtocol(theirs: hello.protocols) == protocolVersions[0])
    }
}

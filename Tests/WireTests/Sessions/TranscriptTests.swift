import Testing
import Wire

/// Requirements A5, A6, A7, A8: whole sessions, frame by frame, that each end must hold its side of.
@Suite struct `A recorded session` {
    static let names = [
        "manifest", "wait", "resume", "current", "digest-difference", "pieces", "absence", "goodbye",
        "host-id-taken",
        "conflict", "changes",
    ]

    @Test(arguments: names) func `is what two ends say that talk to each other`(name: String) throws {
        let given = try Transcript(parsing: try Fixtures.read("sessions/\(name).ndjson"))
        try Fixtures.check("sessions/\(name).ndjson", try Transcript(replaying: given).bytes)
    }

    @Test(.disabled(if: Fixtures.isWriting), arguments: names)
    func `is what an agent says to the aggregator's frames alone`(name: String) throws {
        let transcript = try Transcript(parsing: try Fixtures.read("sessions/\(name).ndjson"))
        let difference = try transcript.difference(of: TranscriptAgent())
        #expect(difference == nil)
    }

    @Test(.disabled(if: Fixtures.isWriting), arguments: names)
    func `is what an aggregator says to the agent's frames alone`(name: String) throws {
        let transcript = try Transcript(parsing: try Fixtures.read("sessions/\(name).ndjson"))
        let difference = try transcript.difference(of: TranscriptAggregator())
        #expect(difference == nil)
    }
}

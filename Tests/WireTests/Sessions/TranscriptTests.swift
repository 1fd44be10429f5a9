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

extension Transcript {
    /// Lets two ends talk, through everything that happens in another transcript.
    fileprivate init(replaying other: Transcript) throws {
        self.init()
        let agent = TranscriptAgent()
        let aggregator = TranscriptAggregator()
        for (line, text) in other.lines where !line.isFrame {
            if case .holds = line, let holding = aggregator.holding {
                lines.append((.holds(holding), Line.holds(holding).text))
                continue
            }
            lines.append((line, text))
            var waiting = try agent.take(line) + aggregator.take(line)
            if waiting.first?.party != .agent { waiting += aggregator.settle() }
            while !waiting.isEmpty {
                let next = waiting.removeFirst()
                lines.append((next, next.text))
                waiting += try next.party == .agent ? aggregator.take(next) : agent.take(next)
                if waiting.first?.party != .agent { waiting += aggregator.settle() }
            }
        }
    }

    /// Gives one end everything that isn't its own; answers where it did something else, or nil.
    fileprivate func difference(of end: some TranscriptEnd) throws -> String? {
        var waiting: [Line] = []
        for (index, (line, text)) in lines.enumerated() {
            let place = "line \(index + 1)"
            if case .holds(let holding) = line {
                if let own = end.holding, own != holding { return "\(place): it holds \(own)" }
                continue
            }
            if line.party == end.party {
                guard !waiting.isEmpty else { return "\(place): it said nothing" }
                let own = waiting.removeFirst()
                guard own.text == text else {
                    return "\(place): it said \(String(decoding: own.text, as: UTF8.self))"
                }
                continue
            }
            if !line.isFrame, let own = waiting.first {
                return "\(place): before it, it said \(String(decoding: own.text, as: UTF8.self))"
            }
            waiting += try end.take(line)
            let next = index + 1 < lines.count ? lines[index + 1].line : .note
            if next.party != .agent { waiting += end.settle() }
        }
        return waiting.first.map { "at the end it said \(String(decoding: $0.text, as: UTF8.self))" }
    }
}

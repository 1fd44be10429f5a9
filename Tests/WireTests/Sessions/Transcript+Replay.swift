extension Transcript {
    /// Lets two ends talk, through everything that happens in another transcript.
    init(replaying other: Transcript) throws {
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
    ///
    /// `accepts` says whether what the end said does for what stands there; by default only the same bytes do.
    func difference(
        of end: some TranscriptEnd, accepts: (_ own: [UInt8], _ text: [UInt8]) throws -> Bool = { $0 == $1 }
    ) throws -> String? {
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
                guard try accepts(own.text, text) else {
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

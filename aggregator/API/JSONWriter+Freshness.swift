import AggregatorCore
import Freshness
import Inventory
import JSON
import OS

/// The moment of an answer, by both clocks.
struct AnswerTime: Sendable {
    /// In ms since 1970.
    let wall: Int64
    /// In ms of the clock that nobody can turn back.
    let steady: Int64
}

extension FleetAPI {
    /// The present.
    var moment: AnswerTime { AnswerTime(wall: wall(), steady: BootClock.now.milliseconds) }
}

/// How old one part of a record is, and what that means (requirement B3).
struct PartAge: Hashable, Sendable {
    /// In ms.
    let age: Int64
    let state: FreshnessStatus
    /// In ms since 1970; nil where it isn't known any more, or not asked for.
    var changedAt: Int64?
    /// `memory`, `disk`, or `host`.
    let source: String
}

extension Keeping {
    /// How old a facet of a host's containers is; of one container when its time of change is known.
    ///
    /// Nil when it was never seen.
    ///
    /// A change confirms too: what it brought was true when it came. A time of change that is still to come was given
    /// by a clock that has been turned back since, and says nothing.
    func age(
        of facet: Facet, on host: HostInfo, changedAt: Int64? = nil, source: String? = nil, at now: AnswerTime
    ) -> PartAge? {
        let changed = changedAt.flatMap { $0 > 0 && $0 <= now.wall ? now.wall - $0 : nil }
        guard let age = [host.age(of: facet, at: now.steady), changed].compactMap({ $0 }).min() else {
            return nil
        }
        return PartAge(
            age: age, state: host.isInvalid ? .invalid : status(of: Part(facet), age: age),
            changedAt: changedAt, source: source ?? host.source)
    }
}

extension HostInfo {
    /// Where what is shown of its containers came from: `disk` as long as its agent hasn't reported since it was read.
    var source: String {
        condition == .restored || condition == .offline ? Self.fromDisk : Self.fromMemory
    }

    static var fromMemory: String { "memory" }
    static var fromDisk: String { "disk" }
    /// Its Engine was asked for this very answer.
    static var fromHost: String { "host" }
}

extension JSONWriter {
    /// Writes one part's age as an object.
    mutating func partAge(_ part: PartAge) {
        object { writer in
            writer.member("age", part.age)
            writer.member("state", part.state.rawValue)
            if let changedAt = part.changedAt { writer.member("changedAt", changedAt) }
            writer.member("source", part.source)
        }
    }

    /// Writes the member `ages`: an object for each facet; one that was never seen is left out.
    mutating func freshness(
        of host: HostInfo, _ keeping: Keeping, changes: [Facet: Int64] = [:], source: String? = nil,
        at now: AnswerTime
    ) {
        object("ages") { writer in
            writer.facetAges(of: host, keeping, changes: changes, source: source, at: now)
        }
    }

    /// Writes the member `ages` of a list: an object for each host in it, by the host's id.
    mutating func freshness(ofEach hosts: [HostInfo], _ keeping: Keeping, at now: AnswerTime) {
        object("ages") { writer in
            for host in hosts {
                writer.key(host.id.rawValue)
                writer.object { $0.facetAges(of: host, keeping, at: now) }
            }
        }
    }

    private mutating func facetAges(
        of host: HostInfo, _ keeping: Keeping, changes: [Facet: Int64] = [:], source: String? = nil,
        at now: AnswerTime
    ) {
        for facet in Facet.allCases {
            guard
                let part = keeping.age(
                    of: facet, on: host, changedAt: changes[facet], source: source, at: now)
            else { continue }
            key(facet.rawValue)
            partAge(part)
        }
    }
}

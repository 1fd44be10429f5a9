import JSON
import OS
import Settings

/// How old an answer may be, and what is done when it is older.
///
/// A host's rows are as old as the last heartbeat of its agent that agreed with the aggregator: the same version, the
/// same digest, nothing on its way, and an Engine whose events the agent follows. Every live host sends one each
/// heartbeat interval (2 s unless set otherwise).
struct Freshness {
    static let maximumAge = Setting(
        "max-age", optional: .duration(.zero ... .seconds(366 * 86_400)),
        help: "Warn and end with exit code 3 when rows of a host were last confirmed longer ago than this.",
        sources: .flag)
    static let fresh = Setting(
        "fresh", .bool, default: false,
        help: """
            Wait, for at most three heartbeats, until each live host has confirmed its rows after the question; warn \
            and end with exit code 3 about those that did not. The same as --max-age 0.
            """, sources: .flag)

    static let options: [any SettingDeclaration] = [maximumAge, fresh]

    /// In milliseconds; nil for any age.
    let limit: Int64?

    /// Nothing is asked for.
    static let any = Freshness(limit: nil)

    private init(limit: Int64?) { self.limit = limit }

    /// What the options say.
    init(_ settings: Configuration) throws(Failure) {
        let age = settings[Self.maximumAge]
        guard settings[Self.fresh] else {
            limit = age?.wholeMilliseconds
            return
        }
        guard age == nil || age == .zero else {
            throw Failure(.usage, "--fresh is short for --max-age 0; give only one of them.")
        }
        limit = 0
    }

    /// The hosts of the fleet; with `--fresh` once those that are asked about have spoken after the question.
    ///
    /// Asks again at fractions of a heartbeat; what it waited is counted in waits, which is never more than passed.
    func hosts(
        _ api: APIClient, _ call: Invocation, choose: ([HostRow]) throws(Failure) -> [HostRow]
    ) async throws(Failure) -> [HostRow] {
        var answer = try await HostAnswer.ask(api)
        guard limit == 0 else { return answer.hosts }
        let pause = max(25, answer.heartbeat / 4)
        var waited: Int64 = 0
        while waited < answer.heartbeat * 3, !(try choose(answer.hosts).allSatisfy { $0.isSettled(waited) }) {
            do {
                try await call.surroundings.sleep(.milliseconds(pause))
            } catch {
                throw Failure(.failed, "The question was given up.")
            }
            waited += pause
            answer = try await HostAnswer.ask(api)
        }
        return answer.hosts.map { host in
            var host = host
            host.waited = waited
            return host
        }
    }

    /// Tells about hosts whose rows are older than asked; whether there are any.
    func note(_ hosts: [HostRow], _ call: Invocation) -> Bool {
        guard let limit else { return false }
        var isStale = false
        for host in hosts where host.confirmedAge.map({ $0 > max(limit, host.waited) }) ?? true {
            isStale = true
            let age = host.confirmedAge.map { "were last confirmed \(shortDuration(milliseconds: $0)) ago" }
            let asked = limit == 0 ? "since the question" : "within \(shortDuration(milliseconds: limit))"
            call.note("The rows of host \(host.title) \(age ?? "were never confirmed"), not \(asked).")
        }
        return isStale
    }
}

/// What the aggregator says of its hosts.
struct HostAnswer {
    var hosts: [HostRow]
    /// Time between heartbeats in ms.
    var heartbeat: Int64

    /// Asks for all hosts.
    static func ask(_ api: APIClient) async throws(Failure) -> HostAnswer {
        let body = try await api.get(Query("hosts"))
        let list = try ListDocument(body) { reader throws(JSONError) in try HostRow(&reader) }
        let rows = list.items.sorted { ($0.title, $0.id) < ($1.title, $1.id) }
        return HostAnswer(hosts: rows, heartbeat: list.heartbeat)
    }
}

extension HostRow {
    /// Whether waiting longer is of no use: it has spoken since, or can't.
    fileprivate func isSettled(_ waited: Int64) -> Bool {
        guard ["live", "syncing"].contains(state), engineState != "unreachable" else { return true }
        return confirmedAge.map { $0 <= waited } ?? false
    }
}

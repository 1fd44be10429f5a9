package import AggregatorCore
package import Inventory
package import Journal
import Wire

/// Everything that is wrong, or will be, as far as the aggregator can know; pure, so that each finding can be tested.
package struct Diagnosis: Sendable {
    /// One thing that was looked at.
    package struct Check: Hashable, Sendable {
        package let name: String
        /// How it stands, in a few words.
        package let summary: String
        /// What is wrong with it; empty when all is well.
        package let findings: [Finding]
    }

    /// A token, as far as it matters here.
    package struct Token: Hashable, Sendable {
        package let id: String
        /// `host attic` or `scope read`.
        package let subject: String
        /// Both in ms since 1970; expires 0 = never.
        package let created: Int64
        package let expires: Int64

        package init(id: String, subject: String, created: Int64, expires: Int64) {
            self.id = id
            self.subject = subject
            self.created = created
            self.expires = expires
        }
    }

    package var hosts: [HostInfo] = []
    package var tokens: [Token] = []
    /// When the doors' certificate ends, in ms since 1970; nil without TLS.
    package var certificateEnd: Int64?
    package var containers = 0
    package var journal = JournalState.running
    package var events = EventCondition.storing
    /// Bytes that this process has in memory, and that it may have; nil where that can't be read.
    package var memory: (used: Int64, limit: Int64)?
    /// Bytes that are free where the databases lie; nil where that can't be read.
    package var freeDisk: Int64?
    /// In ms since 1970.
    package var now: Int64 = 0
    /// How long the aggregator has run, in ms.
    package var uptime: Int64 = .max

    /// A host that was not heard for longer than this is old, in ms (row B19).
    private static let oldAge: Int64 = 600_000
    /// Agents need no longer than this to come back after the aggregator's start, in ms.
    private static let returnTime: Int64 = 60_000
    /// Clocks may differ by so much, in ms; heartbeats take a while too.
    private static let clockTolerance: Int64 = 2_000
    /// From here on tokens and certificates are taken for expired, in ms.
    private static let clockAlarm: Int64 = 300_000

    package init() {}

    /// All that was looked at, what matters most first.
    package var checks: [Check] {
        [fleet, engines, agents, clocks] + certificate + [access, journalCheck, eventCheck] + disk + process
    }

    private var fleet: Check {
        let live = hosts.count { $0.condition == .live }
        var findings: [Finding] = []
        if hosts.isEmpty {
            findings.append(
                Finding(
                    .nothingCached, .error, "fleet", "No host has ever reported.",
                    fix:
                        "Make a token with `bayplan token create --host ID`, and start bayplan-agent with it on a "
                        + "Docker host."))
        } else if containers == 0 {
            findings.append(
                Finding(
                    .nothingCached, .warning, "fleet", "No host has a container.",
                    fix: "If there should be some, compare with `docker ps -a` on a host."))
        }
        findings += hosts.compactMap(presence)
        return Check(
            name: "hosts", summary: "\(live) of \(hosts.count) live, \(containers) containers",
            findings: findings)
    }

    /// What is wrong with a host's presence.
    private func presence(_ host: HostInfo) -> Finding? {
        let subject = "host \(host.id)"
        let age = max(0, now - host.lastHeard)
        switch host.condition {
        case .live, .syncing: return nil
        case .conflict:
            return Finding(
                .clone, .error, subject, host.error ?? "Two agents claim to be this host.",
                fix: "Stop one of them, delete its state folder, and start it with another --host-id.")
        case .silent, .stopped, .restored, .offline:
            let isStopped = host.condition == .stopped
            guard age > Self.oldAge || host.condition != .restored || uptime > Self.returnTime else {
                return nil
            }
            let what =
                isStopped
                ? "Its agent was stopped \(Self.text(age)) ago; what is shown is of then."
                : "Its agent was last heard \(Self.text(age)) ago; what is shown is of then."
            return Finding(
                age > Self.oldAge ? .hostOld : .hostAway, age > Self.oldAge && !isStopped ? .error : .warning,
                subject, what,
                fix: isStopped
                    ? "Start it again: `systemctl start bayplan-agent`. If the host is gone: `bayplan host rm "
                        + "\(host.id)`."
                    : "Look at the machine, its network and its agent's log: `journalctl -u bayplan-agent`. If the "
                        + "host is gone: `bayplan host rm \(host.id)`.")
        }
    }

    private var engines: Check {
        let present = hosts.filter { $0.condition == .live || $0.condition == .syncing }
        var findings: [Finding] = []
        for host in present {
            let (engine, subject) = (host.engine, "host \(host.id)")
            if engine.state == EngineCondition.unreachable {
                findings.append(
                    Finding(
                        .engineDown, .error, subject,
                        "Its agent can't reach the Docker Engine: \(engine.reason)",
                        fix:
                            "Start the Engine, or give the agent's user access to its socket (group docker); what "
                            + "was known stays."))
            } else if let version = Self.version(engine.apiVersion), version < Self.testedAPI {
                findings.append(
                    Finding(
                        .engineOld, .warning, subject,
                        "Its Engine \(engine.version) speaks API \(engine.apiVersion); nothing older than Docker "
                            + "20.10 (API 1.41) is tested.",
                        fix: "Update the Engine."))
            }
        }
        let reachable = present.count { $0.engine.state == EngineCondition.reachable }
        return Check(
            name: "engines", summary: "\(reachable) of \(present.count) reachable", findings: findings)
    }

    private static let testedAPI = [1, 41]

    private var agents: Check {
        var findings: [Finding] = []
        for host in hosts {
            let subject = "host \(host.id)"
            let isPresent = host.condition == .live || host.condition == .syncing
            for problem in host.engine.problems where isPresent {
                let isEvents = problem.code == "events-down"
                findings.append(
                    Finding(
                        isEvents ? .eventsDown : .agentLacks, .warning, subject,
                        problem.message.isEmpty ? "Its agent says \(problem.code)." : problem.message,
                        fix: Self.fix(problem.code)))
            }
            if isPresent, !host.agentVersion.isEmpty, host.agentVersion != bayplanVersion {
                findings.append(
                    Finding(
                        .agentRelease, .warning, subject,
                        "Its agent is release \(host.agentVersion), the aggregator \(bayplanVersion).",
                        fix: "Install the same release on both when you can; they work together as they are.")
                )
            }
        }
        let count = hosts.count { $0.agentVersion == bayplanVersion }
        return Check(
            name: "agents", summary: "\(count) of \(hosts.count) of release \(bayplanVersion)",
            findings: findings)
    }

    private static func fix(_ code: String) -> String {
        switch code {
        case "events-down":
            "Let `GET /events` through, if a proxy stands before the Engine's socket; otherwise look at the Engine's "
                + "log."
        case "socket-mounted-as-file":
            "Mount the folder that holds the socket: `-v /var/run:/host/run:ro`, and --docker "
                + "unix:///host/run/docker.sock."
        case "cgroups-not-mounted": "Mount it: `-v /sys/fs/cgroup:/sys/fs/cgroup:ro`."
        case "proc-not-mounted": "Mount it: `-v /proc:/host/proc:ro`, and `--proc-root /host/proc`."
        case "state-not-kept": "Put a volume there: `-v bayplan-agent:/var/lib/bayplan-agent`."
        default: "See the notes of the agent's release."
        }
    }

    private var clocks: Check {
        let known = hosts.compactMap { host in
            host.condition == .live ? host.clockOffset.map { (host: host.id, offset: $0) } : nil
        }
        let findings = known.filter { $0.offset.magnitude > UInt64(Self.clockTolerance) }.map {
            host, offset in
            Finding(
                .clockOff, offset.magnitude > UInt64(Self.clockAlarm) ? .error : .warning, "host \(host)",
                "Its clock is \(Self.text(Int64(clamping: offset.magnitude))) \(offset > 0 ? "ahead of" : "behind") "
                    + "the aggregator's.",
                fix: "Let both machines set their clocks by NTP: `timedatectl set-ntp true`.")
        }
        let most = known.map(\.offset.magnitude).max() ?? 0
        return Check(
            name: "clocks", summary: known.isEmpty ? "none known" : "at most \(most) ms apart",
            findings: findings)
    }

    private var certificate: [Check] {
        guard let certificateEnd else { return [] }
        let left = certificateEnd - now
        var findings: [Finding] = []
        if left < Self.certificateWarning {
            findings.append(
                Finding(
                    .certificateExpires, left <= 0 ? .error : .warning, "certificate",
                    left <= 0
                        ? "It expired \(Self.text(-left)) ago: agents and clients refuse it."
                        : "It expires in \(Self.text(left)).",
                    fix:
                        "Put a new one where --tls-cert points; it is read within ten seconds. The aggregator's own "
                        + "is renewed by itself: if it isn't, the log says why."))
        }
        return [
            Check(
                name: "certificate", summary: left > 0 ? "good for \(Self.text(left))" : "expired",
                findings: findings)
        ]
    }

    private var access: Check {
        var findings: [Finding] = []
        for token in tokens where token.expires != 0 {
            let left = token.expires - now
            // One that is meant to be short is no news until it is nearly over.
            let isSoon = left < Self.tokenWarning && left < (token.expires - token.created) / 4
            let hasOther = tokens.contains {
                $0.id != token.id && $0.subject == token.subject
                    && ($0.expires == 0 || $0.expires > max(now, token.expires))
            }
            guard isSoon, !hasOther else { continue }
            findings.append(
                Finding(
                    .tokenExpires, left <= 0 && token.subject.hasPrefix("host ") ? .error : .warning,
                    "token \(token.id)",
                    left <= 0
                        ? "It was for \(token.subject) and expired \(Self.text(-left)) ago."
                        : "It is for \(token.subject) and expires in \(Self.text(left)).",
                    fix:
                        "Make another with `bayplan token create --\(token.subject)`, put it into its file, and remove "
                        + "this one: `bayplan token rm \(token.id)`."))
        }
        return Check(name: "tokens", summary: "\(tokens.count)", findings: findings)
    }

    private static let certificateWarning: Int64 = 14 * 86_400_000
    private static let tokenWarning: Int64 = 7 * 86_400_000

    private var journalCheck: Check {
        var findings: [Finding] = []
        var summary = "changes become durable"
        switch journal {
        case .running: break
        case .stalled(let sentence, let since):
            summary = "stalled for \(Self.text(max(0, now - since)))"
            findings.append(
                Finding(
                    .journalStalled, .error, "journal", "Changes don't reach the disk: \(sentence)",
                    fix:
                        "Free space on the disk of the data folder, or mend it; it goes on by itself. Until then "
                        + "answers stay live, and agents keep what is missing."))
        case .damaged(let sentence, let since):
            summary = "damaged for \(Self.text(max(0, now - since)))"
            findings.append(
                Finding(
                    .journalDamaged, .error, "journal", "The database is damaged: \(sentence)",
                    fix:
                        "It is set aside and begun anew by itself; agents send everything again. Check the disk."
                ))
        case .closed: summary = "closed: the aggregator stops"
        }
        return Check(name: "journal", summary: summary, findings: findings)
    }

    private var eventCheck: Check {
        guard case .failing(let sentence, let since) = events else {
            return Check(name: "events", summary: "stored", findings: [])
        }
        return Check(
            name: "events", summary: "not stored for \(Self.text(max(0, now - since)))",
            findings: [
                Finding(
                    .eventsUnstored, .warning, "events", "Events don't reach the disk: \(sentence)",
                    fix:
                        "Free space on the disk of the data folder, or move events.db away; it goes on by itself. The "
                        + "newest are in memory, and nothing else is affected.")
            ])
    }

    private var disk: [Check] {
        guard let freeDisk else { return [] }
        var findings: [Finding] = []
        if freeDisk < 1 << 30 {
            findings.append(
                Finding(
                    .diskLow, freeDisk < 100 << 20 ? .error : .warning, "disk",
                    "Only \(Self.bytes(freeDisk)) are free where the databases lie.",
                    fix: "Free space, or keep less: --disk-retention."))
        }
        return [Check(name: "disk", summary: "\(Self.bytes(freeDisk)) free", findings: findings)]
    }

    private var process: [Check] {
        guard let memory, memory.limit > 0 else { return [] }
        let share = Int(Double(memory.used) / Double(memory.limit) * 100)
        var findings: [Finding] = []
        if share >= 50 {
            findings.append(
                Finding(
                    .memoryHigh, share >= 80 ? .error : .warning, "aggregator",
                    "It uses \(share) % of the memory that it may have (\(Self.bytes(memory.limit))).",
                    fix: "Give it more, or look with `bayplan host ls` whose containers fill it."))
        }
        return [
            Check(
                name: "memory", summary: "\(Self.bytes(memory.used)) of \(Self.bytes(memory.limit))",
                findings: findings)
        ]
    }

    /// A version's two numbers; nil when it has none.
    private static func version(_ text: String) -> [Int]? {
        let parts = text.split(separator: ".").prefix(2).compactMap { Int($0) }
        return parts.count == 2 ? parts : nil
    }

    /// A time as people say it.
    static func text(_ milliseconds: Int64) -> String {
        switch milliseconds {
        case ..<1_000: "\(milliseconds) ms"
        case ..<120_000: "\(milliseconds / 1_000) seconds"
        case ..<7_200_000: "\(milliseconds / 60_000) minutes"
        case ..<172_800_000: "\(milliseconds / 3_600_000) hours"
        default: "\(milliseconds / 86_400_000) days"
        }
    }

    static func bytes(_ count: Int64) -> String {
        switch count {
        case ..<(1 << 30): "\(count >> 20) MiB"
        default: "\((Double(count) / Double(1 << 30) * 10).rounded() / 10) GiB"
        }
    }
}

extension [Int] {
    fileprivate static func < (left: [Int], right: [Int]) -> Bool { left.lexicographicallyPrecedes(right) }
}

import Log
import OS
import Settings

/// Everything that can be set on `bayplan-simulator fleet`.
enum FleetSettings {
    static let hosts = Setting(
        "hosts", .count(1...100_000), default: 5, group: "The fleet", help: "How many hosts there are.",
        sources: .flag)
    static let containers = Setting(
        "containers", .span, default: 6...10, group: "The fleet",
        help: "Containers of each host: a number, or a range from which each host's is drawn.", sources: .flag
    )
    static let seed = Setting(
        "seed", .seed, default: 1, group: "The fleet",
        help: "What everything follows from: the containers, and the order in which things happen to them.",
        sources: .flag)
    static let churn = Setting(
        "churn", .rate(upTo: 1_000_000), default: 1, group: "What happens",
        help: """
            Changes a second in the whole fleet: health checks, crashes, restarts, new releases, hosts that fall \
            silent, agents that restart. 0 = none.
            """, sources: .flag)
    static let duration = Setting(
        "duration", optional: .duration(.milliseconds(100) ... .seconds(366 * 86_400)), group: "What happens",
        help: "How long, from when all hosts have connected. Default: until SIGTERM or Ctrl-C.",
        sources: .flag)
    static let statsInterval = Setting(
        "stats-interval", .duration(.zero ... .seconds(3_600)), default: .seconds(30), group: "What happens",
        help: "How often each host reports what its containers use; 0 = never.", sources: .flag)
    static let aggregator = Setting(
        "aggregator", .address, default: .host("localhost", port: 4680), group: "Where it reports",
        help: "The aggregator's door for agents.", sources: .flag)
    static let tokenFiles = Setting(
        "token-file", .list(of: .path("FILE")), default: [], group: "Where it reports",
        help: "File with lines that `bayplan token create --host ID` printed, each for one of the hosts.",
        sources: .flag)
    static let createTokens = Setting(
        "create-tokens", .bool, default: false, group: "Where it reports",
        help: """
            Have the aggregator create a token for each host over its Unix socket (--socket), and remove them at the \
            end.
            """, sources: .flag)
    static let insecure = Setting(
        "insecure", .bool, default: false, group: "Where it reports",
        help: "Report over plain TCP, unencrypted and without tokens, to an aggregator that was started so.",
        sources: .flag)
    static let quiet = Setting(
        "quiet", .bool, default: false, short: "q", group: "What it says", help: "Don't print the changes.",
        sources: .flag)
    static let report = Setting(
        "report", .bool, default: false, group: "What it says",
        help: "Print counts, times and memory as one line of JSON at the end.", sources: .flag)
    static let check = Setting(
        "check", .bool, default: false, group: "What it says",
        help: """
            At the end, when nothing changes any more, ask the aggregator for every container and compare each facet \
            with what it should be; exit status 1 when something differs for longer than --check-time.
            """, sources: .flag)
    static let checkTime = Setting(
        "check-time", .duration(.seconds(1) ... .seconds(3_600)), default: .seconds(60),
        group: "What it says",
        help: "How long the aggregator may take to be equal.", sources: .flag)
    static let socket = Setting(
        "socket", .path(), default: "/run/bayplan/bayplan.sock", group: "Where it reports",
        help: "The aggregator's Unix socket, for --create-tokens and --check.", sources: .flag)
    static let logLevel = Setting(
        "log-level", .choice, default: Log.Level.error, group: "What it says",
        help: "What the hosts' agents log, on standard error.", sources: .flag)

    static let table = SettingsTable(
        program: "bayplan-simulator fleet",
        summary: """
            Plays hosts with containers that report to an aggregator over the real protocol, by the agent's own code: \
            Compose and Swarm stacks over several hosts, labels right and wrong, health checks, outages. Nothing runs, \
            nothing is stored; the same seed gives the same fleet and the same sequence of changes.
            """,
        examples: [
            (
                "bayplan-simulator fleet --hosts 5 --containers 6..10 --churn 0.5 --create-tokens",
                "A small fleet to look at."
            ),
            (
                "bayplan-simulator fleet --hosts 1000 --containers 100 --churn 500 --duration 60s --check --report -q "
                    + "--create-tokens",
                "A minute of load, after which every container must be equal."
            ),
        ],
        settings: [
            hosts, containers, seed, churn, duration, statsInterval, aggregator, tokenFiles, createTokens,
            socket, insecure,
            quiet, report, check, checkTime, logLevel,
        ])
}

extension Kind {
    /// A number of containers or a range of it, such as `40` or `20..60`.
    static var span: Kind<ClosedRange<Int>> {
        Kind<ClosedRange<Int>>(
            placeholder: "N|A..B", form: "a whole number from 0 to 100000, or two with `..` between them",
            read: { text in
                let parts = text.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
                guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2,
                    0 <= first, first <= last, last <= 100_000
                else { return nil }
                return first...last
            },
            show: {
                $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)"
            })
    }
}

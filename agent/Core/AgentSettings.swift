import Inventory
package import Log
package import OS
package import Settings
import Wire

/// Everything that can be set on `bayplan-agent`.
package enum AgentSettings {
    package static let docker = Setting(
        "docker", .endpoint, default: .unix("/var/run/docker.sock"), group: "What is watched",
        help:
            "The Engine's socket. In a container, mount the folder that holds it: a mounted file goes stale.")
    package static let hostID = Setting(
        "host-id",
        optional: .text(
            "ID", form: "1 to 63 letters, digits, `_`, `.` or `-`, beginning with a letter or digit"
        ) {
            HostID($0) != nil
        },
        group: "What is watched",
        help: "This host's id in the fleet. Default: the token's host; without a token the machine's name.")
    package static let hostName = Setting(
        "host-name", optional: .text("NAME", upTo: 255), group: "What is watched",
        help: "The name that people see. Default: the id.")
    package static let address = Setting(
        "address", default: "", group: "What is watched",
        help: "Where proxies on other machines reach this host's published ports.")
    package static let labels = Setting(
        "label", .list(of: .pair), default: [], group: "What is watched",
        help: "A label of this host, such as `site=attic`. May be given several times.")
    package static let aggregators = Setting(
        "aggregator", .list(of: .addresses, separator: " "), default: [], group: "Where it reports",
        help:
            "The aggregator's door for agents. Addresses with a comma between them are tried in turn, and one at a "
            + "time is reported to; those given apart are reported to all at once, at most 8. Default: what the "
            + "token says; with --insecure localhost:4680.")
    package static let tokenFiles = Setting(
        "token-file", .list(of: .path("FILE"), separator: ":"), default: [], group: "Where it reports",
        help:
            "File with the line that `bayplan token create --host ID` printed, for this user's eyes only. Several "
            + "lines: aggregators to try in turn. It is read again at each attempt to connect.")
    package static let caFile = Setting(
        "ca-file", optional: .path("FILE"), group: "Where it reports",
        help:
            "PEM file of the authorities that the aggregator's certificate must come from, in place of what the "
            + "token says. The certificate must then name the address.")
    package static let insecure = Setting(
        "insecure", .bool, default: false, group: "Where it reports",
        help: "Report over plain TCP, unencrypted and without a token. For tests.")
    package static let state = Setting(
        "state", .path("DIR"), default: "/var/lib/bayplan-agent", group: "Where it reports",
        help: "Folder of this agent's identity. Keep it: the aggregator knows the host by it.")
    package static let environment = Setting(
        "environment", .choice(["keys", "all"]), default: "keys", group: "What stays here",
        help: "Which environment values of containers leave this host: none (`keys`) or all.")
    package static let environmentAllow = Setting(
        "environment-allow", .list(of: .text("PATTERN", upTo: 255)), default: [], group: "What stays here",
        help:
            "Environment variables whose values may leave, such as `TZ` or `LC_*`. May be given several times."
    )
    package static let hideLabels = Setting(
        "hide-label", .list(of: .text("PATTERN", upTo: 255)), default: [], group: "What stays here",
        help: "Container labels whose values stay here, such as `*.password`. May be given several times.")
    package static let allow = Setting(
        "allow",
        .list(of: .choice([Operation.refresh, Operation.logs, Operation.healthLog, "none"]), separator: ","),
        default: [Operation.refresh, Operation.logs, Operation.healthLog], group: "What stays here",
        help:
            "What the aggregator may ask for beyond what is reported: a look at the Engine now (`refresh`), logs of "
            + "containers (`logs`), outputs of health checks (`health-log`), or nothing (`none`).")
    package static let composeFolders = Setting(
        "compose-folder", .list(of: .path("DIR"), separator: ":"), default: [], group: "What stays here",
        help:
            "A folder below which Compose files may be read for the aggregator, if a container's labels name them. May be "
            + "given several times. Default: none, and then no file is read.")
    package static let reconcile = Setting(
        "reconcile-interval", .duration(.seconds(1) ... .seconds(3_600)), default: .seconds(60),
        group: "Pace",
        help: "How often everything is compared with the Engine's list.")
    package static let configInterval = Setting(
        "config-interval", .duration(.seconds(1) ... .seconds(86_400)), default: .seconds(600), group: "Pace",
        help:
            "After how long every container was inspected anew, changed or not; in whole --reconcile-interval, and "
            + "never more often.")
    package static let profile = Setting(
        "profile", optional: .choice(profiles.map(\.name)), group: "Pace",
        help:
            "Sets several at once; what is set by itself wins. fast: reconcile every 30s. stable: every 120s. small: "
            + "stats every 90s. memory and disk are about the aggregator, and change nothing here.")
    package static let coalescing = Setting(
        "coalesce", .duration(.zero ... .seconds(10)), default: .milliseconds(50), group: "Pace",
        help: "How long events of one container gather after its first; 0 = not at all.")
    package static let stats = Setting(
        "stats", .choice, default: StatsMode.auto, group: "What containers use",
        help:
            "What containers use: read from the kernel's files, and asked of the Engine where those can't be read "
            + "(`auto`); read only (`files`); or not at all.")
    package static let statsInterval = Setting(
        "stats-interval", .duration(.seconds(1) ... .seconds(3_600)), default: .seconds(30),
        group: "What containers use",
        help: "How often. Containers that somebody watches are sampled each second meanwhile.")
    package static let statsCalls = Setting(
        "stats-calls", .count(1...EngineStats.callLimit), default: EngineStats.callLimit,
        group: "What containers use",
        help: "How many such questions the Engine has before it at once.")
    package static let cgroupRoot = Setting(
        "cgroup-root", .path("DIR"), default: "/sys/fs/cgroup", group: "What containers use",
        help: "Where the host's control groups are mounted.")
    package static let procRoot = Setting(
        "proc-root", .path("DIR"), default: "/proc", group: "What containers use",
        help: "Where the host's /proc is. In a container, mount it: `-v /proc:/host/proc:ro`.")
    package static let connections = Setting(
        "engine-connections", .count(2...100), default: 5, group: "Pace",
        help: "How many connections to the Engine may be open; the event stream takes one.")
    package static let timeout = Setting(
        "engine-timeout", .duration(.seconds(1) ... .seconds(600)), default: .seconds(30), group: "Pace",
        help: "How long connecting to the Engine and the beginning of an answer may take.")
    package static let attempts = Setting(
        "engine-attempts", .count(1...100), default: 3, group: "Pace",
        help: "After how many failed attempts in a row the Engine is shown as unreachable.")
    package static let retry = Setting(
        "engine-retry", .duration(.milliseconds(100) ... .seconds(3_600)), default: .seconds(2),
        group: "Pace",
        help:
            "The first wait between attempts at an unreachable Engine; it doubles. The first half minute of an outage "
            + "is met with attempts each second at most.")
    package static let retryCeiling = Setting(
        "engine-retry-max", .duration(.milliseconds(100) ... .seconds(3_600)), default: .seconds(10),
        group: "Pace", help: "The longest of these waits.")
    package static let eventBuffer = Setting(
        "event-buffer", .count(1...100_000), default: 1_000, group: "Pace",
        help:
            "How many of the newest events are kept for an aggregator that is away; it is told how many it missed."
    )
    package static let eventRate = Setting(
        "event-rate", .count(1...100_000), default: 100, group: "Pace",
        help: "How many events an aggregator is told in a second, in the long run.")
    package static let logLevel = Setting(
        "log-level", .choice, default: Log.Level.info, group: "Log", help: "What is logged.", reloadable: true
    )
    package static let logFormat = Setting(
        "log-format", .choice, default: Log.Format.text, group: "Log", help: "How it is logged.",
        reloadable: true)

    /// The profiles of requirement B1, as far as they are about this program.
    private static let profiles = [
        SettingsProfile("fast", ["reconcile-interval": "30s"]),
        SettingsProfile("stable", ["reconcile-interval": "120s"]),
        SettingsProfile("small", ["stats-interval": "90s"]),
        SettingsProfile("memory", [:]),
        SettingsProfile("disk", [:]),
    ]

    package static let table = SettingsTable(
        program: "bayplan-agent",
        summary: "Watches this machine's Docker Engine and reports its containers to a Bayplan aggregator.",
        examples: [
            (
                "bayplan-agent --token-file /etc/bayplan/agent.token",
                "Reports the local Engine, as the host and to the aggregator that the token names."
            ),
            (
                "bayplan-agent --token-file a.token --token-file b.token",
                "Reports to two aggregators at once."
            ),
            (
                "bayplan-agent --token-file a.token --aggregator 10.0.0.5:4680,10.0.0.6:4680",
                "Reports to the first, and to the second while the first is away."
            ),
        ],
        commands: [
            ("healthcheck", "Ask the running agent how it is: a sentence, and status 0 or 1."),
            ("print-config", "Print a configuration file with every setting explained."),
        ],
        defaultFile: "/etc/bayplan/agent.yaml",
        settings: [
            docker, hostID, hostName, address, labels, aggregators, tokenFiles, caFile, insecure, state,
            environment, environmentAllow, hideLabels, allow, composeFolders, profile, reconcile,
            configInterval, coalescing,
            connections, timeout, attempts, retry, retryCeiling, eventBuffer, eventRate, stats, statsInterval,
            statsCalls, cgroupRoot, procRoot, logLevel, logFormat,
        ],
        profiles: (setting: "profile", all: profiles))
}

extension Setting where Value == String {
    /// A text that may be empty.
    fileprivate init(_ name: String, default value: String, group: String, help: String) {
        self.init(
            name, .text("TEXT", form: "a text of at most 255 bytes") { $0.utf8.count <= 255 }, default: value,
            group: group, help: help)
    }
}

extension Kind where Value == [SocketAddress] {
    /// Addresses to fail over between, with commas between them.
    fileprivate static var addresses: Kind<[SocketAddress]> {
        let one = Kind<SocketAddress>.address
        return Kind(
            placeholder: one.placeholder + "[,…]",
            form: "\(one.form), or several with commas between them"
        ) { text in
            var addresses: [SocketAddress] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard case .value(let address) = one.read([String(part)]) else { return nil }
                addresses.append(address)
            }
            return addresses
        } show: { addresses in
            addresses.map(one.show).joined(separator: ",")
        }
    }
}

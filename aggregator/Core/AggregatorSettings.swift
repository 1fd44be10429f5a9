package import Log
package import OS
package import Settings

/// Everything that can be set on `bayplan-aggregator`.
package enum AggregatorSettings {
    package static let data = Setting(
        "data", .path("DIR"), default: "/var/lib/bayplan", group: "Storage",
        help: "Folder of the databases. It is made if it is missing, and used by one aggregator at a time.")
    package static let retention = Setting(
        "disk-retention", .duration(.seconds(1) ... .seconds(366 * 86_400)), default: .seconds(604_800),
        group: "Storage",
        help:
            "How long changes are kept on disk, for watchers that were away, and hosts that are not heard any more."
    )
    package static let memoryRetention = Setting(
        "memory-retention", .duration(.seconds(1) ... .seconds(366 * 86_400)), default: .seconds(3_600),
        group: "Storage",
        help:
            "How long the containers of a host stay in memory after it was last heard; then it is `offline`, and "
            + "they are read from disk when they are asked for.")
    package static let memoryCleanUp = Setting(
        "memory-cleanup-interval", .duration(.seconds(1) ... .seconds(86_400)), default: .seconds(300),
        group: "Storage", help: "How often memory is looked through for hosts past --memory-retention.")
    package static let diskCleanUp = Setting(
        "disk-cleanup-interval", .duration(.seconds(1) ... .seconds(86_400)), default: .seconds(3_600),
        group: "Storage", help: "How often the disk is cleaned of what is past --disk-retention.")
    package static let statusLifetime = lifetime("status", "state, health, times", .seconds(300))
    package static let networkLifetime = lifetime("network", "ports and addresses", .seconds(300))
    package static let configLifetime = lifetime("config", "image, labels, mounts", .seconds(3_600))
    package static let composeLifetime = lifetime("compose", "the stack", .seconds(7_200))
    package static let statsLifetime = lifetime("stats", "the sample of usage", .seconds(120))
    package static let profile = Setting(
        "profile", optional: .choice(profiles.map(\.name)), group: "Storage",
        help:
            "Sets several at once; what is set by itself wins. fast: stats 60s, status 120s. stable: stats 300s, "
            + "status 600s. small: memory retention 30m. memory: memory retention 2h, its clean-up 10m. disk: memory "
            + "retention 30m, disk retention 30d, memory clean-up 3m.")
    package static let eventRetention = Setting(
        "event-retention", .duration(.seconds(60) ... .seconds(366 * 86_400)), default: .seconds(3 * 86_400),
        group: "Storage", help: "How long events are kept on disk, for `bayplan events --since`.")
    package static let eventLimit = Setting(
        "event-limit", .count(1_000...100_000_000), default: 250_000, group: "Storage",
        help: "How many events are kept on disk; beyond that the oldest go, however young.")
    package static let eventBuffer = Setting(
        "event-buffer", .count(1...1_000_000), default: 1_000, group: "Storage",
        help: "How many of the newest events are kept in memory, for those who follow them.")
    package static let agents = Setting(
        "agents", .address, default: .every(port: 4680), group: "Doors", help: "Where agents connect.")
    package static let http = Setting(
        "http", .list(of: .address), default: [loopback], group: "Doors",
        help: "Where the HTTP API listens. May be given several times.")
    package static let socket = Setting(
        "socket", .path(), default: "/run/bayplan/bayplan.sock", group: "Doors",
        help: "Unix socket of the HTTP API, for the command line on this machine.")
    package static let socketMode = Setting(
        "socket-mode", .choice(["0600", "0660", "0666"]), default: "0660", group: "Doors",
        help: "Who may use the Unix socket: its owner, its group too, or everybody.")
    package static let allowedHosts = Setting(
        "allowed-host", .list(of: .text("NAME", upTo: 255)), default: [], group: "Doors",
        help:
            "A host name under which the HTTP API may be asked, beside localhost. May be given several times."
    )
    package static let advertise = Setting(
        "advertise", .list(of: .text("HOST", form: "a host name or an address") { Reach.isName($0) }),
        default: [], group: "Doors",
        help:
            "A name or address under which clients reach this aggregator; it goes into tokens and the certificate. "
            + "May be given several times. Otherwise this machine's name and addresses.")
    package static let tlsCertificate = Setting(
        "tls-cert", optional: .path("FILE"), group: "Doors",
        help:
            "Your own certificate, PEM, followed by its chain. Otherwise the aggregator makes one in the data folder."
    )
    package static let tlsKey = Setting(
        "tls-key", optional: .path("FILE"), group: "Doors", help: "The private key of --tls-cert, PEM.")
    package static let tlsAuthority = Setting(
        "tls-ca", optional: .path("FILE"), group: "Doors",
        help:
            "The authority that signed --tls-cert, PEM, for clients to trust. Otherwise they trust their system's."
    )
    package static let insecure = Setting(
        "insecure", .bool, default: false, group: "Doors",
        help: "Serve plain TCP without tokens: for tests, on a network that you trust.")
    package static let heartbeat = Setting(
        "heartbeat", .duration(.milliseconds(100) ... .seconds(300)), default: .seconds(2), group: "Agents",
        help: "Time between heartbeats, both ways; a host is silent after three.")
    package static let maximumAgents = Setting(
        "max-agents", .count(1...1_000_000), default: 10_000, group: "Agents",
        help: "How many connections of agents may be open.")
    package static let maximumHosts = Setting(
        "max-hosts", .count(1...1_000_000), default: 100_000, group: "Agents",
        help: "How many hosts are kept, connected or not.")
    package static let memoryBudget = Setting(
        "agent-buffers", .bytes((32 << 20)...(64 << 30)), default: 512 << 20, group: "Agents",
        help: "Memory for frames and change sets of all agents that are not whole yet.")
    package static let dataPatterns = Setting(
        "app-data", .list(of: .text("PART", upTo: 4_096)), default: ["/appdata", "/data"], group: "Discovery",
        help:
            "Bind mounts from a path that holds one of these parts count as data of applications in `host discover`."
    )
    package static let metricsHosts = Setting(
        "metrics-hosts", .count(0...100_000), default: 1_000, group: "Metrics",
        help: "How many hosts have series of their own in /metrics; all are in its sums.")
    package static let metricsContainers = Setting(
        "metrics-containers", .count(0...100_000), default: 0, group: "Metrics",
        help:
            "How many containers have series of their own in /metrics: state, health, restarts and what they use. "
            + "0 = none.")
    package static let logLevel = Setting(
        "log-level", .choice, default: Log.Level.info, group: "Log", help: "What is logged.", reloadable: true
    )
    package static let logFormat = Setting(
        "log-format", .choice, default: Log.Format.text, group: "Log", help: "How it is logged.",
        reloadable: true)

    private static let loopback: SocketAddress = {
        guard let ip = IPAddress("127.0.0.1") else { preconditionFailure("a literal address") }
        return .ip(ip, port: 4681)
    }()

    /// The profiles of requirement B1, as far as they are about this program.
    private static let profiles = [
        SettingsProfile("fast", ["stats-lifetime": "60s", "status-lifetime": "120s"]),
        SettingsProfile("stable", ["stats-lifetime": "300s", "status-lifetime": "600s"]),
        SettingsProfile("small", ["memory-retention": "1800s"]),
        SettingsProfile("memory", ["memory-retention": "7200s", "memory-cleanup-interval": "600s"]),
        SettingsProfile(
            "disk",
            [
                "memory-retention": "1800s", "disk-retention": "2592000s", "memory-cleanup-interval": "180s",
            ]),
    ]

    private static func lifetime(_ facet: String, _ what: String, _ standard: Duration) -> Setting<Duration> {
        Setting(
            "\(facet)-lifetime", .duration(.seconds(1) ... .seconds(30 * 86_400)), default: standard,
            group: "Freshness",
            help:
                "How long \(what) of a container counts as fresh after the last confirmation; stale up to twice that."
        )
    }

    package static let table = SettingsTable(
        program: "bayplan-aggregator",
        summary: "Keeps the state of every container of the fleet and answers questions about it.",
        examples: [
            (
                "bayplan-aggregator --http :4681 --advertise bay.example",
                "Takes agents and questions on every address, over TLS, from whoever has a token."
            )
        ],
        commands: [
            ("healthcheck", "Ask the running aggregator how it is: a sentence, and status 0 or 1."),
            ("print-config", "Print a configuration file with every setting explained."),
        ],
        defaultFile: "/etc/bayplan/aggregator.yaml",
        settings: [
            data, profile, memoryRetention, memoryCleanUp, retention, diskCleanUp, eventRetention, eventLimit,
            eventBuffer, statusLifetime, networkLifetime, configLifetime, composeLifetime, statsLifetime,
            agents,
            http, socket, socketMode,
            allowedHosts, advertise, tlsCertificate,
            tlsKey,
            tlsAuthority, insecure, heartbeat, maximumAgents, maximumHosts, memoryBudget, dataPatterns,
            metricsHosts, metricsContainers, logLevel, logFormat,
        ],
        profiles: (setting: "profile", all: profiles))
}

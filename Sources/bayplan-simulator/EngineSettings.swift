import OS
import Settings

/// Everything that can be set on `bayplan-simulator engine`.
enum EngineSettings {
    static let sockets = Setting(
        "socket",
        .list(
            of: Kind<String>(
                placeholder: "PATH", form: "the path of a Unix socket",
                read: { text in
                    let path = text.hasPrefix("unix://") ? String(text.dropFirst(7)) : text
                    return path.isEmpty ? nil : path
                }, show: { $0 })),
        default: [], group: "Engines", help: "Where an Engine answers; one for each Engine.", sources: .flag)
    static let names = Setting(
        "name", .list(of: .text("NAME", upTo: 255)), default: [], group: "Engines",
        help:
            "The machine's name of each Engine, in the order of the sockets; sim-1, sim-2, … for those without.",
        sources: .flag)
    static let containers = Setting(
        "containers", .count(0...100_000), default: 20, group: "Engines", help: "Containers of each Engine.",
        sources: .flag)
    static let seed = Setting(
        "seed", .seed, default: 1, group: "Engines", help: "What everything follows from.", sources: .flag)
    static let churn = Setting(
        "churn", .rate(upTo: 1_000), default: 0, group: "What happens",
        help: "Changes a second of each Engine: health checks, crashes, restarts, recreations.",
        sources: .flag)
    static let quiet = Setting(
        "quiet", .bool, default: false, short: "q", group: "What happens", help: "Don't print the changes.",
        sources: .flag)

    static let table = SettingsTable(
        program: "bayplan-simulator engine",
        summary: """
            Plays Docker Engines: each answers the Engine's API (1.41) on its own Unix socket, with containers that \
            are made up. Nothing runs, nothing is stored; the same seed gives the same containers. It serves until \
            SIGTERM or Ctrl-C and then removes its sockets.
            """,
        usage: "--socket PATH [OPTIONS]",
        examples: [
            (
                "bayplan-simulator engine --socket /tmp/a.sock --socket /tmp/b.sock --containers 50 --churn 2",
                "Two Engines; `docker -H unix:///tmp/a.sock ps -a` asks the first."
            )
        ],
        settings: [sockets, names, containers, seed, churn, quiet])
}

extension Kind {
    /// A rate in changes a second, such as `0.5`, `20` or `20/s`.
    static func rate(upTo limit: Double) -> Kind<Double> {
        Kind<Double>(
            placeholder: "RATE",
            form: "a rate from 0 to \(Int(limit)) changes a second, such as `0.5` or `20/s`",
            read: { text in
                let digits = text.hasSuffix("/s") ? String(text.dropLast(2)) : text
                return Double(digits).flatMap { (0...limit).contains($0) ? $0 : nil }
            },
            show: { rate in rate == rate.rounded() ? "\(Int(rate))" : "\(rate)" })
    }

    /// What random numbers follow from.
    static var seed: Kind<UInt64> {
        Kind<UInt64>(
            placeholder: "S", form: "a whole number from 0 to \(UInt64.max)", read: { UInt64($0) },
            show: { "\($0)" })
    }
}

package import Freshness
package import Inventory
import OS
package import Settings

/// How long what is known counts as fresh, and how long it is kept (requirements B1 and B2).
package struct Keeping: Hashable, Sendable {
    /// A part of the record that has a lifetime: the facets, and the samples of usage.
    package enum Part: String, CaseIterable, Hashable, Sendable {
        case status, network, config, compose, stats

        package init(_ facet: Facet) {
            switch facet {
            case .status: self = .status
            case .network: self = .network
            case .config: self = .config
            case .compose: self = .compose
            }
        }
    }

    /// In ms.
    package private(set) var lifetimes: [Part: Int64]
    /// How long a host's rows stay in memory after it was last heard, in ms.
    package private(set) var inMemory: Int64
    /// The same on disk, in ms.
    package private(set) var onDisk: Int64
    package let memoryCleanUp: Duration
    package let diskCleanUp: Duration

    /// What the settings say.
    ///
    /// - Throws: Why they can't hold together.
    package init(_ settings: Configuration) throws(AggregatorError) {
        lifetimes = [
            .status: settings[AggregatorSettings.statusLifetime].wholeMilliseconds,
            .network: settings[AggregatorSettings.networkLifetime].wholeMilliseconds,
            .config: settings[AggregatorSettings.configLifetime].wholeMilliseconds,
            .compose: settings[AggregatorSettings.composeLifetime].wholeMilliseconds,
            .stats: settings[AggregatorSettings.statsLifetime].wholeMilliseconds,
        ]
        inMemory = settings[AggregatorSettings.memoryRetention].wholeMilliseconds
        onDisk = settings[AggregatorSettings.retention].wholeMilliseconds
        memoryCleanUp = settings[AggregatorSettings.memoryCleanUp]
        diskCleanUp = settings[AggregatorSettings.diskCleanUp]
        guard inMemory <= onDisk else {
            throw AggregatorError(
                sentence:
                    "--memory-retention (\(DurationText.text(settings[AggregatorSettings.memoryRetention]))) is longer than "
                    + "--disk-retention (\(DurationText.text(settings[AggregatorSettings.retention]))), so hosts would be "
                    + "gone while memory still has them; make the first shorter or the second longer. Nothing was started."
            )
        }
    }

    /// How long a part is fresh, in ms.
    package func lifetime(of part: Part) -> Int64 { lifetimes[part] ?? 0 }

    /// What an age in ms means for a part.
    package func status(of part: Part, age: Int64) -> FreshnessStatus {
        FreshnessStatus(age: max(0, age), lifetime: lifetime(of: part))
    }
}

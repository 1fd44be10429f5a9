package import Inventory

/// What an aggregator understands besides the state of hosts; an agent sends nothing that was not named.
package enum Feature {
    /// Frames `stats`.
    package static let stats = "stats"
    /// Frames `events`.
    package static let events = "events"
    /// Frames `measures`.
    package static let measures = "measures"
    /// All that this version understands.
    package static let all = [stats, events, measures]
}

/// What a host's containers used at one moment: frame `stats` (requirement B16).
///
/// It is not counted, not acknowledged, not part of any digest or version; a lost one is lost.
package struct StatsReport: Hashable, Sendable {
    /// The agent's wall clock when it sent this, ms since 1970.
    package var now: Int64
    /// The agent's wall clock when it measured; `now - at` is the samples' age.
    package var at: Int64
    /// Milliseconds until the next samples of these containers are due; 0 = not known.
    package var interval: Int64
    /// Another piece of the same sweep follows.
    package var more = false
    package var samples: [Sample]

    /// One container's numbers.
    package struct Sample: Hashable, Sendable {
        package var id: ContainerID
        package var stats: ContainerStats

        package init(id: ContainerID, stats: ContainerStats) {
            self.id = id
            self.stats = stats
        }
    }

    package init(now: Int64, at: Int64, interval: Int64 = 0, more: Bool = false, samples: [Sample]) {
        self.now = now
        self.at = at
        self.interval = interval
        self.more = more
        self.samples = samples
    }
}

/// What an Engine told of its objects: frame `events` (requirement B15).
///
/// Not counted, and no part of the state: the state comes by itself.
package struct EventReport: Hashable, Sendable {
    /// The agent's wall clock when it sent this, ms since 1970.
    package var now: Int64
    /// Events since the last report of this session that were not kept.
    package var missed: Int64
    /// In the order in which they happened.
    package var events: [Event]

    /// One event, named as the Engine names it.
    package struct Event: Hashable, Sendable {
        /// When it happened by the Engine's clock, ms since 1970.
        package var at: Int64
        /// The nanoseconds past `at`, below 1,000,000.
        package var nanoseconds: Int64 = 0
        /// `container`, `image`, `network`, `volume`; open.
        package var type: String
        /// `start`, `die`, `health_status: healthy`, …; open.
        package var action: String
        /// The object's id, or its name for volumes.
        package var actor: String
        package var attributes: [String: String] = [:]

        package init(at: Int64, type: String, action: String, actor: String) {
            self.at = at
            self.type = type
            self.action = action
            self.actor = actor
        }
    }

    package init(now: Int64, missed: Int64 = 0, events: [Event]) {
        self.now = now
        self.missed = missed
        self.events = events
    }
}

/// Numbers of the agent's own process, from its start: frame `measures` (requirement C7).
package struct Measures: Hashable, Sendable {
    package var counters: [Counter] = []
    package var histograms: [Histogram] = []

    /// A number that only grows.
    package struct Counter: Hashable, Sendable {
        /// A Prometheus metric name without the program's prefix.
        package var name: String
        package var labels: [String: String]
        package var value: Int64

        package init(name: String, labels: [String: String] = [:], value: Int64) {
            self.name = name
            self.labels = labels
            self.value = value
        }
    }

    /// Durations, counted by how long they were.
    package struct Histogram: Hashable, Sendable {
        package var name: String
        package var labels: [String: String]
        /// Upper bounds in microseconds, ascending.
        package var bounds: [Int64]
        /// How many fell up to each bound and above the one before; the last is those above all bounds.
        package var counts: [Int64]
        /// All durations together, in microseconds.
        package var sum: Int64

        package init(
            name: String, labels: [String: String] = [:], bounds: [Int64], counts: [Int64], sum: Int64
        ) {
            self.name = name
            self.labels = labels
            self.bounds = bounds
            self.counts = counts
            self.sum = sum
        }
    }

    package init() {}
}

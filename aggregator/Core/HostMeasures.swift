package import Inventory
package import Metrics
import Synchronization
import Wire

/// What agents last said that they measured, by host (requirement C7).
///
/// Only what is on the closed list is kept, and only of as many hosts as have series.
package final class HostMeasures: Sendable {
    /// What one host's agent counted since it began.
    package struct Report: Sendable {
        /// By the measure's name, then by the value of its label, which is empty where it has none.
        package fileprivate(set) var counters: [String: [String: Int64]] = [:]
        package fileprivate(set) var histograms: [String: [String: HistogramValues]] = [:]
    }

    private let limit: Int
    private let reports = Mutex<[HostKey: Report]>([:])

    init(limit: Int) { self.limit = limit }

    /// The last report of every host that sent one.
    package var all: [HostKey: Report] { reports.withLock { $0 } }

    /// Puts a host's report in the place of the one before.
    func take(_ measures: Measures, of host: HostKey) {
        let report = Report(measures)
        reports.withLock { reports in
            guard reports[host] != nil || reports.count < limit else { return }
            reports[host] = report
        }
    }

    /// Forgets a host that has left the fleet.
    func forget(_ host: HostKey) {
        reports.withLock { $0[host] = nil }
    }
}

extension HostMeasures.Report {
    private static let known = Dictionary(uniqueKeysWithValues: HostMeasure.all.map { ($0.name, $0) })

    /// Takes over what is known and possible.
    init(_ measures: Measures) {
        for counter in measures.counters {
            guard let measure = Self.known[counter.name], measure.kind == .counter, counter.value >= 0,
                let value = measure.value(in: counter.labels)
            else { continue }
            counters[counter.name, default: [:]][value] = counter.value
        }
        for histogram in measures.histograms {
            // Sixty-four bounds are more than anybody looks at.
            guard let measure = Self.known[histogram.name], measure.kind == .histogram,
                histogram.bounds.count <= 64, let value = measure.value(in: histogram.labels),
                let values = HistogramValues(
                    bounds: histogram.bounds, counts: histogram.counts, sum: histogram.sum)
            else { continue }
            histograms[histogram.name, default: [:]][value] = values
        }
    }
}

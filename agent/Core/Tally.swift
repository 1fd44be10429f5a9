import Docker
import Metrics
import Watch
import Wire

/// What the agent counts of its own work, for the aggregator's page of metrics (requirement C7).
final class Tally: Sendable {
    private let calls = HistogramTable<EngineCall.Operation>(limit: EngineCall.Operation.allCases.count)
    private let failedCalls = CounterTable<EngineCall.Operation>(limit: EngineCall.Operation.allCases.count)
    private let passes = HistogramTable<Pass.Kind>(limit: 3)

    /// A question to the Engine was answered, or wasn't.
    func note(_ call: EngineCall) {
        calls.observe(call.operation, call.duration)
        if call.isFailure { failedCalls.add(call.operation) }
    }

    /// A pass over the containers ended; only complete ones say how long it takes.
    func note(_ pass: PassReport) {
        if pass.problem == nil { passes.observe(pass.kind, pass.duration) }
    }

    /// Everything counted since this process began.
    func measures(_ watched: WatchCounters) -> Measures {
        var measures = Measures()
        let counts: [(HostMeasure, Int64)] = [
            (.events, watched.events), (.unreadableEvents, watched.unreadableEvents),
            (.coalesced, watched.coalesced),
            (.overflows, watched.overflows), (.reconnects, watched.reconnects),
            (.connectionErrors, watched.connectionErrors), (.drift, watched.drift),
            (.failedDiscoveries, watched.failedReconciliations),
        ]
        for (measure, value) in counts {
            measures.counters.append(Measures.Counter(name: measure.name, value: value))
        }
        for operation in EngineCall.Operation.allCases {
            guard let values = calls.values[operation] else { continue }
            let labels = ["call": operation.rawValue]
            measures.counters.append(
                Measures.Counter(
                    name: HostMeasure.failedCalls.name, labels: labels,
                    value: failedCalls.values[operation] ?? 0))
            measures.add(.callTimes, labels, values)
        }
        for (kind, values) in passes.values.sorted(by: { $0.key < $1.key }) {
            measures.add(.discoveries, ["kind": "\(kind)"], values)
        }
        return measures
    }
}

extension Measures {
    fileprivate mutating func add(
        _ measure: HostMeasure, _ labels: [String: String], _ values: HistogramValues
    ) {
        histograms.append(
            Histogram(
                name: measure.name, labels: labels, bounds: values.bounds, counts: values.counts,
                sum: values.sum))
    }
}

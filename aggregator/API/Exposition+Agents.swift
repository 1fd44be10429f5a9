import AggregatorCore
import Inventory
import Metrics

extension Exposition {
    /// What agents measured, with the host that it is about.
    mutating func agents(_ reports: [HostKey: HostMeasures.Report], _ directory: HostDirectory) {
        let hosts = directory.all.compactMap { host in
            reports[host.key].map { (id: host.id.rawValue, report: $0) }
        }
        for measure in HostMeasure.all {
            family(measure.family, measure.kind, measure.help) { family in
                for host in hosts {
                    func labels(_ value: String) -> [Label] {
                        [("host", host.id)] + (measure.label.map { [($0, value)] } ?? [])
                    }
                    let counters = host.report.counters[measure.name] ?? [:]
                    for (value, count) in counters.sorted(by: { $0.key < $1.key }) {
                        family.sample(count, labels(value))
                    }
                    let histograms = host.report.histograms[measure.name] ?? [:]
                    for (value, seen) in histograms.sorted(by: { $0.key < $1.key }) {
                        family.sample(seen, labels(value))
                    }
                }
            }
        }
    }
}

/// The types of the Prometheus text format that Bayplan uses.
package enum MetricKind: String, Hashable, Sendable {
    case counter
    case gauge
    case histogram
}

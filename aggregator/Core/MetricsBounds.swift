/// How many series `/metrics` may have for each host and each container (requirement C7).
///
/// Without a bound a fleet of 100,000 hosts would be a page of millions of lines.
package struct MetricsBounds: Hashable, Sendable {
    /// Hosts with series of their own; further ones are only counted.
    package let hosts: Int
    /// Containers with series of their own; 0 = none.
    package let containers: Int
}

/// What a simulated fleet is drawn from: equal plans give equal fleets and, step by step, equal changes.
package struct FleetPlan: Hashable, Sendable {
    /// How many hosts there are.
    package var hosts: Int
    /// How many containers each host gets, drawn from this range.
    package var containers: ClosedRange<Int>
    package var seed: UInt64

    package init(hosts: Int, containers: ClosedRange<Int>, seed: UInt64 = 1) {
        self.hosts = hosts
        self.containers = containers
        self.seed = seed
    }
}

/// When to sample next, so that thousands of hosts that began together don't sample together.
///
/// The first samples come soon, since without them there is nothing to see; the second ones at a moment of the host's own,
/// which gives it its place in the interval; all others an interval apart, a twentieth more or less.
package struct StatsPace: Sendable {
    /// Between two sweeps, in ms.
    package let interval: Int64
    private var count = 0

    /// - Parameter interval: Between two sweeps, in ms; at least 1.
    package init(interval: Int64) {
        self.interval = max(1, interval)
    }

    /// How long to wait for the next sweep, in ms.
    package mutating func wait(using random: inout some RandomNumberGenerator) -> Int64 {
        count += 1
        switch count {
        case 1: return Int64.random(in: 0...min(2_000, interval), using: &random)
        case 2: return Int64.random(in: min(1_000, interval)...interval, using: &random)
        default:
            count = 3
            return interval + Int64.random(in: -interval / 20...interval / 20, using: &random)
        }
    }
}

/// An entry as it was at one moment (requirement G1); times are in ms of the cache's clock.
package struct FreshnessEntry<Value: Sendable>: Sendable {
    package let data: Value
    /// When it was stored.
    package let timestamp: Int64
    /// How long it is fresh.
    package let lifetime: Int64
    package let category: String
    /// Whatever its owner wanted to keep beside it.
    package let metadata: [String: String]
    /// How often it was handed out before this.
    package let accessCount: Int
    /// When it was handed out last, or stored if it never was.
    package let lastAccess: Int64
    package let status: FreshnessStatus
    /// How long ago it was stored; never negative, whatever the clock did.
    package let age: Int64

    /// How long it stays fresh; negative when it isn't any more.
    package var remaining: Int64 { lifetime - age }
}

extension FreshnessEntry: Equatable where Value: Equatable {}

/// An entry as the cache keeps it.
struct StoredEntry<Value: Sendable>: Sendable {
    var data: Value
    var timestamp: Int64
    var lifetime: Int64
    var category: String
    var metadata: [String: String]
    var accessCount = 0
    var lastAccess: Int64
    var isInvalid = false

    /// A clock that was turned back makes nothing younger than new.
    func age(at now: Int64) -> Int64 {
        let (age, isOver) = now.subtractingReportingOverflow(timestamp)
        return isOver ? (now > timestamp ? .max : 0) : max(0, age)
    }

    func status(at now: Int64) -> FreshnessStatus {
        isInvalid ? .invalid : FreshnessStatus(age: age(at: now), lifetime: lifetime)
    }

    func shown(at now: Int64) -> FreshnessEntry<Value> {
        FreshnessEntry(
            data: data, timestamp: timestamp, lifetime: lifetime, category: category, metadata: metadata,
            accessCount: accessCount, lastAccess: lastAccess, status: status(at: now), age: age(at: now))
    }
}

/// What a token for people and proxies may do over the API (requirement A3).
///
/// Each scope may do what the ones before it may.
package enum Scope: String, CaseIterable, Hashable, Sendable, Comparable {
    /// Ask and watch.
    case read
    /// Write reverse-proxy routes: outputs, drain.
    case route
    /// Start, stop and remove containers.
    case operate
    /// Everything: hosts, tokens, settings.
    case admin

    package static func < (one: Scope, other: Scope) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .read: 0
        case .route: 1
        case .operate: 2
        case .admin: 3
        }
    }
}

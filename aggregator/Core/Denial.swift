package import Access
package import Inventory
import OS

/// Why a token doesn't let somebody in, in words for whoever must mend it (requirement H7).
///
/// Whoever shows a wrong secret learns nothing but that the token isn't known.
package enum Denial: Error, Hashable, Sendable {
    /// None was shown.
    case missing
    /// What was shown isn't a token's credential.
    case malformed
    /// The id is unknown or revoked, or the secret is another one.
    case unknown(id: String)
    /// It was good until this time, in milliseconds since 1970.
    case expired(id: String, at: Int64)
    /// It was good for so many requests or installations, and those have been.
    case usedUp(id: String, limit: Int64)
    /// It speaks for another host.
    case wrongHost(id: String, for: HostID)
    /// It is for the API, and this is the agents' door.
    case notForAgents(id: String, scope: Scope)
    /// It is for a host's agent, and this is the API.
    case notForAPI(id: String, host: HostID)
    /// It may do less than this needs.
    case tooSmall(id: String, has: Scope, needs: Scope)
    /// The registry, which counts uses, can't be written.
    case notCounted(id: String, cause: String)

    /// What is wrong.
    package var reason: String {
        switch self {
        case .missing: "no token was given"
        case .malformed: "what was given is no token"
        case .unknown(let id):
            "this aggregator knows no token \(id) with that secret: it was revoked, or it is another aggregator's"
        case .expired(let id, let time): "token \(id) expired at \(Timestamp.text(milliseconds: time))"
        case .usedUp(let id, let limit):
            "token \(id) was for \(limit == 1 ? "one use" : "\(limit) uses"), and is used up"
        case .wrongHost(let id, let host): "token \(id) is for host \(host)"
        case .notForAgents(let id, let scope):
            "token \(id) is for the API (scope \(scope.rawValue)), not for an agent"
        case .notForAPI(let id, let host): "token \(id) is for the agent of host \(host), not for the API"
        case .tooSmall(let id, let has, let needs):
            "this needs scope \(needs.rawValue), and token \(id) has \(has.rawValue)"
        case .notCounted(let id, let cause): "the use of token \(id) could not be counted: \(cause)"
        }
    }

    /// The token's id; nil when there is none.
    package var id: String? {
        switch self {
        case .missing, .malformed: nil
        case .unknown(let id), .expired(let id, _), .usedUp(let id, _), .wrongHost(let id, _),
            .notForAgents(let id, _), .notForAPI(let id, _), .tooSmall(let id, _, _), .notCounted(let id, _):
            id
        }
    }

    /// What is wrong and what to do, for the agent of a host.
    package func sentence(for host: HostID) -> String {
        switch self {
        case .wrongHost(_, let other):
            "\(reason), and this agent speaks for host \(host); create one with `bayplan token create --host "
                + "\(host)`, or give this agent --host-id \(other)"
        case .notCounted: "\(reason); try again later"
        default:
            "\(reason); create one with `bayplan token create --host \(host)` and give it to the agent as "
                + "--token-file"
        }
    }

    /// What is wrong and what to do, for whoever asks the API.
    package func sentence(needing scope: Scope) -> String {
        switch self {
        case .notCounted: "\(reason); try again later"
        default:
            "\(reason); create one with `bayplan token create --scope \(scope.rawValue)` on the aggregator's "
                + "machine and give it as --token-file"
        }
    }
}

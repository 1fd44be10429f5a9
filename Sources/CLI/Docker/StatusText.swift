package import Inventory

/// A container's status as docker words it: `Up 2 hours (healthy)`, `Exited (0) 3 minutes ago`, `Created`.
///
/// The rules are those of the Engine's `State.String`; `now` and all times are milliseconds since 1970.
package func statusText(_ status: Status, now: Int64) -> String {
    switch status.state {
    case .running:
        let up = "Up \(humanDuration(milliseconds: now - status.startedAt))"
        return healthText(status.health).map { "\(up) (\($0))" } ?? up
    case .paused:
        return "Up \(humanDuration(milliseconds: now - status.startedAt)) (Paused)"
    case .restarting:
        return "Restarting (\(status.exitCode)) \(humanDuration(milliseconds: now - status.finishedAt)) ago"
    case .removing:
        return "Removal In Progress"
    case .dead:
        return "Dead"
    case .created:
        return "Created"
    case .exited:
        guard status.startedAt > 0 else { return "Created" }
        guard status.finishedAt > 0 else { return "" }
        return "Exited (\(status.exitCode)) \(humanDuration(milliseconds: now - status.finishedAt)) ago"
    default:
        return status.state.rawValue
    }
}

/// The health in parentheses; nil for a container without a health check.
private func healthText(_ health: Health?) -> String? {
    switch health?.status {
    case nil, "", "none": nil
    case Health.starting: "health: starting"
    case .some(let status): status
    }
}

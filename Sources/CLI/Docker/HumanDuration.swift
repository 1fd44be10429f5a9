/// A duration in docker's words, such as `About an hour`, by the rules of go-units' `HumanDuration`.
///
/// A negative time counts as none.
package func humanDuration(milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds) / 1000
    if seconds < 1 { return "Less than a second" }
    if seconds == 1 { return "1 second" }
    if seconds < 60 { return "\(seconds) seconds" }
    let minutes = seconds / 60
    if minutes == 1 { return "About a minute" }
    if minutes < 60 { return "\(minutes) minutes" }
    // Hours are rounded, everything above them is cut.
    let hours = (milliseconds + 1_800_000) / 3_600_000
    switch hours {
    case ...1: return "About an hour"
    case ..<48: return "\(hours) hours"
    case ..<(24 * 7 * 2): return "\(hours / 24) days"
    case ..<(24 * 30 * 2): return "\(hours / 24 / 7) weeks"
    case ..<(24 * 365 * 2): return "\(hours / 24 / 30) months"
    default: return "\(milliseconds / 3_600_000 / 24 / 365) years"
    }
}

/// A duration in two units at most, such as `3m`, `2h5m` or `4d`, for narrow places.
package func shortDuration(milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds) / 1000
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(seconds / 60)m"
    case ..<36_000:
        return seconds % 3600 < 60 ? "\(seconds / 3600)h" : "\(seconds / 3600)h\(seconds % 3600 / 60)m"
    case ..<172_800: return "\(seconds / 3600)h"
    default: return "\(seconds / 86_400)d"
    }
}

/// A duration in docker's words, such as `About an hour`, by the rules of go-units' `HumanDuration`.
///
/// A negative time counts as none.
package func humanDuration(milliseconds: Int64) -> String {
    HumanDuration(milliseconds: milliseconds).text
}

/// A duration in docker's words: a count and what follows it, or words alone.
struct HumanDuration {
    let count: Int64?
    let words: StaticString

    init(milliseconds: Int64) {
        let seconds = max(0, milliseconds) / 1000
        let minutes = seconds / 60
        // Hours are rounded, everything above them is cut.
        let hours = (milliseconds + 1_800_000) / 3_600_000
        (count, words) =
            switch (seconds, minutes, hours) {
            case (..<1, _, _): (nil, "Less than a second")
            case (1, _, _): (nil, "1 second")
            case (..<60, _, _): (seconds, " seconds")
            case (_, 1, _): (nil, "About a minute")
            case (_, ..<60, _): (minutes, " minutes")
            case (_, _, ...1): (nil, "About an hour")
            case (_, _, ..<48): (hours, " hours")
            case (_, _, ..<(24 * 7 * 2)): (hours / 24, " days")
            case (_, _, ..<(24 * 30 * 2)): (hours / 24 / 7, " weeks")
            case (_, _, ..<(24 * 365 * 2)): (hours / 24 / 30, " months")
            default: (milliseconds / 3_600_000 / 24 / 365, " years")
            }
    }

    var text: String { count.map { "\($0)\(words)" } ?? "\(words)" }
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

/// A time that something has run, in its two largest units: `2d 5h`, `3h 7m`, `42s` (requirement B13).
package func uptimeText(milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds) / 1000
    let units: [(count: Int64, name: Character)] = [
        (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"),
    ]
    let rest = units.drop { $0.count == 0 }.prefix(2).filter { $0.count > 0 }
    return rest.isEmpty ? "0s" : rest.map { "\($0.count)\($0.name)" }.joined(separator: " ")
}

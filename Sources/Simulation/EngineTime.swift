import OS

/// The Engine's ways to write times; all times are nanoseconds since 1970.
enum EngineTime {
    /// RFC 3339 with as many digits as needed, as Go's RFC3339Nano; 0 is Go's zero time.
    static func text(_ time: Int64) -> String {
        guard time > 0 else { return "0001-01-01T00:00:00Z" }
        let (seconds, nanoseconds) = time.quotientAndRemainder(dividingBy: 1_000_000_000)
        let clock = Timestamp.text(milliseconds: seconds * 1_000).prefix(19)
        guard nanoseconds > 0 else { return "\(clock)Z" }
        let digits = String(nanoseconds)
        var fraction = String(repeating: "0", count: 9 - digits.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(clock).\(fraction)Z"
    }

    /// The date of an HTTP header (RFC 9110, section 5.6.7).
    static func header(_ time: Int64) -> String {
        let seconds = max(0, time / 1_000_000_000)
        let text = Timestamp.text(milliseconds: seconds * 1_000)
        let date = text.prefix(10).split(separator: "-")
        let clock = text.dropFirst(11).prefix(8)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard date.count == 3, let month = Int(date[1]), months.indices.contains(month - 1) else {
            return text
        }
        let weekday = weekdays[Int(seconds / 86_400 % 7)]
        return "\(weekday), \(date[2]) \(months[month - 1]) \(date[0]) \(clock) GMT"
    }

    /// Reads `seconds[.nanoseconds]`, as `since` and `until` are given; nil when it is something else.
    static func parse(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let seconds = parts.first.flatMap({ Int64($0) }) else { return nil }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        guard parts.count == 2 else { return whole }
        guard (1...9).contains(parts[1].count), let fraction = Int64(parts[1]), fraction >= 0 else {
            return nil
        }
        let scale = (parts[1].count..<9).reduce(Int64(1)) { scale, _ in scale * 10 }
        return whole.addingReportingOverflow(fraction * scale).partialValue
    }

    /// A duration as `docker ps` shows it: `Less than a second`, `About an hour`, `3 days`.
    static func human(seconds: Int64) -> String {
        switch seconds {
        case ..<1: "Less than a second"
        case 1: "1 second"
        case ..<60: "\(seconds) seconds"
        case ..<120: "About a minute"
        case ..<3_600: "\(seconds / 60) minutes"
        case ..<5_400: "About an hour"
        case ..<171_000: "\((seconds + 1_800) / 3_600) hours"
        case ..<1_207_800: "\((seconds + 1_800) / 86_400) days"
        case ..<5_182_200: "\((seconds + 1_800) / 604_800) weeks"
        case ..<63_070_200: "\((seconds + 1_800) / 2_592_000) months"
        default: "\(seconds / 31_536_000) years"
        }
    }
}

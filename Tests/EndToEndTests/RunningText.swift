/// A text of docker's that follows from a time, such as `Up 3 seconds (healthy)` or `Exited (0) About a minute ago`.
///
/// Two programs that ask a moment apart read different clocks: the durations may differ by one tick of their unit,
/// everything else must be equal.
struct RunningText {
    /// The words around the duration.
    let frame: String
    /// The duration in seconds, nil when the text has none.
    let seconds: Int?
    /// The length of one tick of the duration's unit in seconds.
    let tick: Int

    private static let units = [
        "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_592_000,
        "year": 31_536_000,
    ]

    init(_ text: String) {
        var words = text.split(separator: " ").map(String.init)
        for index in words.indices {
            let unit = words[index].hasSuffix("s") ? String(words[index].dropLast()) : words[index]
            guard let length = Self.units[unit], index > 0 else { continue }
            let first: Int
            if let count = Int(words[index - 1]) {
                first = index - 1
                seconds = count * length
            } else if index > 1, words[index - 2] == "About" {
                first = index - 2
                seconds = length
            } else if index > 2, words[index - 3] == "Less" {
                first = index - 3
                seconds = 0
            } else {
                continue
            }
            words.replaceSubrange(first...index, with: ["…"])
            frame = words.joined(separator: " ")
            tick = length
            return
        }
        frame = text
        seconds = nil
        tick = 0
    }

    func agrees(with other: RunningText) -> Bool {
        guard frame == other.frame else { return false }
        guard let seconds, let theirs = other.seconds else { return seconds == other.seconds }
        return abs(seconds - theirs) <= max(2, tick, other.tick)
    }
}

/// How far one aggregator was told of events, and how many it may be told now.
///
/// Nothing says which of the last events arrived before a connection broke, so the next session begins with what was
/// told lately once more; an aggregator knows events again.
package struct EventCourse {
    /// How many events a link carries.
    package struct Pace {
        /// Events in a second, in the long run.
        package var rate = 100
        /// Events at once.
        package var burst = 1_000
        /// Between two reports, in ms.
        package var pause: Int64 = 100
        /// How far back a new session begins, in ms.
        package var rewind: Int64 = 120_000

        package init(rate: Int = 100, burst: Int = 1_000) {
            self.rate = rate
            self.burst = burst
        }
    }

    /// What was handed to the present session.
    package private(set) var sent: Int64 = 0
    /// What was handed to any session.
    package private(set) var known: Int64 = 0
    /// When it was how far, about each second; only as far back as a new session begins.
    private var marks: [(at: Int64, number: Int64)] = []
    /// Everything up to here was told longer ago than that.
    private var base: Int64 = 0
    private var allowance: Double
    private var counted: Int64?
    private var reported: Int64?
    private let pace: Pace

    package init(_ pace: Pace = Pace()) {
        self.pace = pace
        allowance = Double(pace.burst)
    }

    /// A new session begins.
    package mutating func begin(now: Int64) {
        age(now)
        sent = base
        marks = []
        reported = nil
    }

    /// How many events may be told at `now`, in ms of a clock that only goes forward.
    package mutating func room(now: Int64) -> Int {
        let passed = max(0, now - (counted ?? now))
        counted = now
        allowance = min(Double(pace.burst), allowance + Double(passed) * Double(pace.rate) / 1_000)
        if let reported, now - reported < pace.pause { return 0 }
        return Int(allowance)
    }

    /// So many events were told, up to a number.
    package mutating func told(_ count: Int, through number: Int64, now: Int64) {
        allowance -= Double(count)
        reported = now
        sent = number
        known = max(known, number)
        age(now)
        if let last = marks.last, now - last.at < 1_000 {
            marks[marks.count - 1].number = number
        } else {
            marks.append((now, number))
        }
    }

    private mutating func age(_ now: Int64) {
        let old = marks.prefix { now - $0.at > pace.rewind }
        if let last = old.last { base = last.number }
        marks.removeFirst(old.count)
    }
}

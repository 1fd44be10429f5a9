/// The waits of a session, in milliseconds of a clock that runs while the machine sleeps.
package struct SessionTiming: Hashable, Sendable {
    /// Between heartbeats (requirement A7).
    package var heartbeat: Int64
    /// How long the other end may take over `hello` and `welcome`.
    package var greeting: Int64

    package init(heartbeat: Int64 = 2_000, greeting: Int64 = 10_000) {
        self.heartbeat = heartbeat
        self.greeting = greeting
    }

    /// A peer is silent after three intervals without any frame.
    package var silence: Int64 { heartbeat * 3 }
}

/// Tells a silent peer from our own sleep: whoever was stopped restarts its clocks instead of blaming the other end.
package struct SilenceWatch: Hashable, Sendable {
    private var heard: Int64
    private var ticked: Int64

    package init(now: Int64) {
        heard = now
        ticked = now
    }

    /// Any frame came.
    package mutating func heard(now: Int64) {
        heard = now
    }

    /// Whether nothing came for so long; call it at least twice an interval.
    package mutating func isSilent(now: Int64, limit: Int64) -> Bool {
        defer { ticked = now }
        if now - ticked > limit / 3 {
            heard = now
            return false
        }
        return now - heard > limit
    }
}

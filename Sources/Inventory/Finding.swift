/// What `bayplan doctor` can find, each with its place in docs/operations.md.
package enum FindingCode: String, CaseIterable, Sendable {
    // What the aggregator knows
    case nothingCached = "nothing-cached"
    case hostOld = "host-old"
    case hostAway = "host-away"
    case clone
    case engineDown = "engine-down"
    case engineOld = "engine-old"
    case eventsDown = "events-down"
    case agentLacks = "agent-lacks"
    case agentRelease = "agent-release"
    case clockOff = "clock-off"
    case certificateExpires = "certificate-expires"
    case tokenExpires = "token-expires"
    case journalStalled = "journal-stalled"
    case journalDamaged = "journal-damaged"
    case eventsUnstored = "events-unstored"
    case diskLow = "disk-low"
    case memoryHigh = "memory-high"

    // What the command line meets on its way to the aggregator
    case socketMissing = "socket-missing"
    case socketDenied = "socket-denied"
    case nameUnknown = "name-unknown"
    case refused
    case noWay = "no-way"
    case noAnswer = "no-answer"
    case tlsUntrusted = "tls-untrusted"
    case tokenUnusable = "token-unusable"
    case denied
    case answerUnusable = "answer-unusable"
    case clientRelease = "client-release"
}

/// Something that is wrong, or will be, and what to do about it.
package struct Finding: Hashable, Sendable {
    /// How much it matters.
    package enum Severity: String, Hashable, Sendable {
        /// What is shown is right, but something is about to go wrong or is weaker than it should be.
        case warning
        /// Something that is shown is missing or old, or what happens now is not kept.
        case error
    }

    /// A `FindingCode`, or what a later release knows.
    package let code: String
    package let severity: Severity
    /// What it is about, such as `host attic`.
    package let subject: String
    /// What is wrong.
    package let what: String
    /// What to do.
    package let fix: String

    /// A finding of this release.
    package init(_ code: FindingCode, _ severity: Severity, _ subject: String, _ what: String, fix: String) {
        self.init(code: code.rawValue, severity, subject, what, fix: fix)
    }

    /// A finding as another release reports it.
    package init(code: String, _ severity: Severity, _ subject: String, _ what: String, fix: String) {
        self.code = code
        self.severity = severity
        self.subject = subject
        self.what = what
        self.fix = fix
    }
}

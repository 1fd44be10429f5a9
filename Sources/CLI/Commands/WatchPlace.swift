/// How far a watch has come, so that it can go on after a break with nothing missed and nothing told twice.
struct WatchPlace {
    /// Where to go on; nil to begin with a snapshot.
    private(set) var resumePoint: String?

    /// Whether any line has come.
    private(set) var hasHeard = false

    /// Whether what comes is a snapshot, from whose middle one can't go on.
    private(set) var isSnapshot: Bool

    /// The revision of the last event.
    ///
    /// Others of the same revision may follow, so it becomes the resume point only when one of another comes.
    private var latest: String?

    /// The events since the resume point: they come again after a break.
    private var told: Set<String> = []

    init(from revision: String?) {
        resumePoint = revision
        isSnapshot = revision == nil
    }

    /// Takes in an event, and says whether it is news: not one that was told before a break.
    mutating func take(type: String, revision: String, key: String) -> Bool {
        hasHeard = true
        switch type {
        case "bookmark":
            isSnapshot = false
            latest = revision
            resumePoint = revision
            told = []
            return true
        case "reset":
            begin()
            return true
        default:
            guard !isSnapshot, !revision.isEmpty else { return true }
            if let latest, latest != revision {
                resumePoint = latest
                told = []
            }
            latest = revision
            return told.insert("\(revision) \(key)").inserted
        }
    }

    /// Notes that the connection broke.
    mutating func broke() {
        latest = nil
        if resumePoint == nil { begin() }
    }

    /// Begins again with a snapshot.
    mutating func begin() {
        isSnapshot = true
        resumePoint = nil
        latest = nil
        told = []
    }
}

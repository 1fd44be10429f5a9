import JSON
import OS
import Settings

/// `bayplan watch`: changes as they are committed, resumed after every break with nothing missed (row H2).
enum WatchCommand {
    static let fromRevision = Setting(
        "from-revision", optional: .text("REVISION"),
        help:
            "Begin after this revision of an earlier answer or bookmark; otherwise with all that is now.",
        sources: .flag)

    static let command = Command(
        name: "watch",
        summary: "Follow changes as they happen",
        usage: "[OPTIONS]",
        about: """
            Shows each change of a container until it is stopped. After a broken connection it goes on where \
            it was: no event is missed, and none is shown twice. When the aggregator no longer has the \
            history since then, it says so and begins again with all that is now.
            """,
        options: [fromRevision, ListingOptions.host, ListingOptions.streamOutput],
        examples: [
            ("watch", "What happens from now on."),
            (
                "watch -o json",
                "For programs: everything that is now, a bookmark, then changes, a JSON object per line."
            ),
            ("watch -o json --from-revision 5f0c.81", "Every change since that revision."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let state = WatchState(
            from: call.settings[fromRevision], isJSON: call.settings[ListingOptions.streamOutput] == "json")
        return try await follow(call, hosts: call.settings[ListingOptions.host], with: state)
    }

    private static let backoff = Backoff(base: .milliseconds(250), ceiling: .seconds(10))

    /// Gives each line of a watch to a reader, over breaks of the connection and restarts of the aggregator.
    ///
    /// Returns when the task is cancelled.
    static func follow(
        _ call: Invocation, hosts: [String], with reader: some WatchReader
    ) async throws(Failure) -> ExitCode {
        var attempt = 0
        var random = SystemRandom()
        while true {
            var query = Query("containers")
            query.add("watch", "1")
            query.add("fromRevision", optional: reader.place.resumePoint)
            for host in hosts { query.add("host", host) }
            var reason = "The aggregator ended the stream."
            do throws(Failure) {
                try await call.api.lines(query) { line throws(Failure) in
                    attempt = 0
                    try reader.take(line, call)
                }
            } catch {
                if error.isGone, reader.place.resumePoint != nil {
                    try reader.restart(reason: error.sentence, call)
                    continue
                }
                guard error.isBroken, reader.place.hasHeard else { throw error }
                reason = error.sentence
            }
            reader.broke()
            let pause = backoff.delay(attempt: attempt, using: &random)
            if attempt == 0 { call.note("\(reason) Trying again until it works.") }
            attempt += 1
            do {
                try await call.surroundings.sleep(pause)
            } catch {
                return .ok
            }
        }
    }
}

/// Something that reads a watch and knows how far it has come.
protocol WatchReader: AnyObject {
    /// How far it has come.
    var place: WatchPlace { get }

    /// Takes in one line.
    func take(_ line: [UInt8], _ call: Invocation) throws(Failure)

    /// Notes that the connection broke.
    func broke()

    /// Begins again with a snapshot because the history since the resume point is gone.
    func restart(reason: String, _ call: Invocation) throws(Failure)
}

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
            it was; an event may then come twice, none is missed. When the aggregator no longer has the \
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

    private static let backoff = Backoff(base: .milliseconds(250), ceiling: .seconds(10))

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        var state = WatchState(
            from: call.settings[fromRevision], isJSON: call.settings[ListingOptions.streamOutput] == "json")
        var attempt = 0
        var random = SystemRandom()
        while true {
            var query = Query("containers")
            query.add("watch", "1")
            query.add("fromRevision", optional: state.resumePoint)
            for host in call.settings[ListingOptions.host] { query.add("host", host) }
            var reason = "The aggregator ended the stream."
            do throws(Failure) {
                try await call.api.lines(query) { line throws(Failure) in
                    attempt = 0
                    try state.take(line, call)
                }
            } catch {
                if error.isGone, state.resumePoint != nil {
                    try state.restart(reason: error.sentence, call)
                    continue
                }
                guard error.isBroken, state.hasHeard else { throw error }
                reason = error.sentence
            }
            state.broke()
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

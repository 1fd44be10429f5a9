import OS
package import Wire

extension HostState {
    /// Bytes that may wait to be written to an aggregator before events wait too.
    private static let outputLimit = 256 << 10
    /// Bytes of events in one report, about.
    private static let reportBytes = 128 << 10

    /// Takes in what happened at the Engine, and tells every aggregator that wants to know.
    package func happened(_ events: [EventReport.Event], missed: Int64) {
        let now = BootClock.now.milliseconds
        let bells = withState { state -> [Mailbox<Void>] in
            state.events.add(events, missed: missed)
            return state.links.compactMap { link in
                Self.tellEvents(state, link, now: now)
                return link.output.isEmpty ? nil : link.bell
            }
        }
        for bell in bells { _ = bell.post(()) }
    }

    /// Tells one aggregator the next events, as far as its pace and its reading allow.
    static func tellEvents(_ state: borrowing State, _ link: LinkState, now: Int64) {
        guard link.wasWelcomed, link.session?.features.contains(Feature.events) == true,
            link.output.bytes.count < outputLimit
        else { return }
        let room = link.course.room(now: now)
        guard room > 0,
            let piece = state.events.next(
                after: link.course.sent, known: link.course.known, count: room, bytes: reportBytes)
        else { return }
        let report = EventReport(now: WallClock.now(), missed: piece.missed, events: piece.events)
        link.perform(link.session?.say(.events(report), log: state.log) ?? [])
        link.course.told(piece.events.count, through: piece.through, now: now)
    }
}

import Synchronization

extension EventStore {
    /// Rows that are looked at for one page.
    private static let rows = 2_000

    /// Some of the events that are asked for, in the order of time; there may be more, or none on this page.
    ///
    /// - Parameters:
    ///   - question: What is asked for.
    ///   - place: Where the page begins: after this.
    ///   - number: Only events up to this number, so that a follower can go on from there.
    /// - Returns: A page, and where the next begins.
    /// - Throws: Why the disk was not read; what is in memory is known all the same, from `news`.
    package func history(
        _ question: EventQuestion, after place: EventPlace?, upTo number: Int64
    ) async throws(JournalError) -> EventPage {
        let start = place ?? EventPlace(time: question.since, number: .min)
        let (durable, waiting) = state.withLock { state -> (Int64, [FleetEvent]) in
            let waiting = state.recent.filter {
                $0.number > state.durable && $0.number <= number && $0.place > start
            }
            return (state.durable, waiting)
        }
        let rows = try await reader.history(
            question, after: start, upTo: min(durable, number), rows: Self.rows)
        var page = EventPage(events: rows.events, next: rows.reached)
        let end = rows.reached
        page.events += waiting.filter { event in
            question.includes(event) && end.map { event.place <= $0 } ?? true
        }
        if !waiting.isEmpty { page.events.sort { $0.place < $1.place } }
        return page
    }

    /// Events that are asked for, in the order in which they came, after a number; at once, perhaps none.
    package func news(_ question: EventQuestion, after number: Int64) async -> EventNews {
        let (recent, state) = state.withLock { state in
            let first = state.recent.firstIndex { $0.number > number } ?? state.recent.endIndex
            let recent = number >= state.released ? Array(state.recent[first...].prefix(Self.rows)) : nil
            return (
                recent, (last: state.last, durable: state.durable, gone: state.gone, released: state.released)
            )
        }
        if let recent {
            return EventNews(
                events: recent.filter(question.includes),
                through: recent.last?.number ?? max(number, state.last))
        }
        do throws(JournalError) {
            let rows = try await reader.news(question, after: number, upTo: state.released, rows: Self.rows)
            return EventNews(
                events: rows.events, through: rows.reached?.number ?? state.released,
                isIncomplete: number < state.gone)
        } catch {
            return EventNews(events: [], through: state.released, isIncomplete: true)
        }
    }
}

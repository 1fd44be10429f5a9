/// What a watcher did so far, for metrics (requirement C7).
///
/// Only ever grows, but for the three states at the end.
package struct WatchCounters: Hashable, Sendable {
    /// Events that came, whether they mattered or not.
    package var events: Int64 = 0
    /// Lines of the event stream that were no events.
    package var unreadableEvents: Int64 = 0
    /// Events that fell together with another one about the same container.
    package var coalesced: Int64 = 0
    /// Times when more changed than is noted one by one.
    package var overflows: Int64 = 0
    package var inspections: Int64 = 0
    package var failedInspections: Int64 = 0
    package var lists: Int64 = 0
    package var failedLists: Int64 = 0
    /// Passes that ended complete.
    package var reconciliations: Int64 = 0
    /// Passes that ended incomplete.
    package var failedReconciliations: Int64 = 0
    /// Differences that a pass found though no event had told of them.
    package var drift: Int64 = 0
    /// Event streams that were opened again after one had ended.
    package var reconnects: Int64 = 0
    /// Attempts to reach the Engine that failed.
    package var connectionErrors: Int64 = 0

    /// How many containers are known.
    package var containers: Int64 = 0
    /// How many exist but could not be read, or only in part.
    package var unreadable: Int64 = 0
    /// Since when events come, in ms since 1970; 0 = the Engine is only listed now and then.
    package var eventsSince: Int64 = 0

    package init() {}
}

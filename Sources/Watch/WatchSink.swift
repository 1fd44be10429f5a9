package import Inventory
package import Wire

/// Who is told what a watcher finds out.
///
/// Every call must return at once; calls come one after the other.
package protocol WatchSink: Sendable {
    /// Current values of containers that changed; a nil value means that the container is gone.
    func changed(_ containers: [(ContainerID, EncodedContainer?)])

    /// A complete and successful pass over the Engine ended: exactly these containers exist.
    ///
    /// What is known of them was true since the pass began. The first call means that the host is known at all; until
    /// then there is nothing to compare a digest with. A container that could not be read keeps its last record, or is
    /// left out when it never had one; the log names it.
    func reconciled(_ ids: Set<ContainerID>)

    /// The Engine came within reach or went out of it; before the first call the watcher is still trying.
    func engine(_ state: EngineState)

    /// What happened at the Engine, as it may leave the host; in order, and none of it twice.
    ///
    /// - Parameters:
    ///   - events: What happened.
    ///   - missed: How many events before these were more than could be kept.
    func happened(_ events: [EventReport.Event], missed: Int64)
}

extension WatchSink {
    /// Takes no notice of events.
    package func happened(_ events: [EventReport.Event], missed: Int64) {}
}

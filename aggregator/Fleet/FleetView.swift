import Inventory

/// The fleet as it was at one moment; later changes don't show in it.
package struct FleetView: Sendable {
    let snapshot: Snapshot

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
    }

    /// A container's place in this view; means nothing in another one.
    package struct Slot: Hashable, Sendable {
        let number: UInt32
    }
}

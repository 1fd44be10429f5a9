package import Inventory

/// What became of a change set.
package struct Applied: Hashable, Sendable {
    /// False when the host has left the fleet: nothing was applied.
    package var isHostKnown: Bool
    package var added = 0
    package var updated = 0
    package var removed = 0
    /// Puts that changed nothing: every facet had its digest already.
    package var unchanged = 0
    /// Containers that would have been left without status or config: not applied, to be asked for whole.
    package var missing: [ContainerID] = []
    /// Containers that a resync found gone, in order of their ids; also counted in `removed`.
    package var absent: [ContainerID] = []

    package init(isHostKnown: Bool = true) {
        self.isHostKnown = isHostKnown
    }
}

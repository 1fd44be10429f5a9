import Fleet
import Metrics
import Synchronization

/// The stacks of the fleet, counted anew only when something has changed.
final class StackList: Sendable {
    private let known = Mutex<(generation: UInt64, stacks: [StackSummary])?>(nil)

    /// Answers that were made from what was known, and those that weren't (requirement C7).
    let hits = Counter()
    let misses = Counter()

    /// The stacks of a view, by name, then by kind.
    func of(_ view: FleetView) -> [StackSummary] {
        let earlier = known.withLock { $0 }
        if let earlier, earlier.generation == view.generation {
            hits.add()
            return earlier.stacks
        }
        misses.add()
        let stacks = view.stacks()
        known.withLock { $0 = (view.generation, stacks) }
        return stacks
    }
}

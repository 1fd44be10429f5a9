package import Dispatch

/// A serial Dispatch queue that an actor runs on, for resources that block or that bring Dispatch sources.
///
/// An actor keeps one and answers `nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe
/// executor.asUnownedSerialExecutor() }`. Handlers of sources made with `queue` then are on the actor and say
/// so by `assumeIsolated`. A synchronous `init` of an actor does not run here; open resources in an `async` one.
package final class QueueExecutor: SerialExecutor {
    /// The queue, for Dispatch sources and timers of the actor.
    package let queue: DispatchQueue
    private let key = DispatchSpecificKey<Bool>()

    /// Makes a queue of its own; the label shows in debuggers.
    package init(label: String) {
        queue = DispatchQueue(label: label)
        queue.setSpecific(key: key, value: true)
    }

    /// Runs a job of the actor on the queue.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }

    /// Stops the program unless the caller is on the queue.
    package func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }

    /// Whether the caller is on the queue.
    package func isIsolatingCurrentContext() -> Bool? {
        DispatchQueue.getSpecific(key: key) ?? false
    }
}

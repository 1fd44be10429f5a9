internal import Synchronization

/// A bounded queue from many posters to one consumer, which says when something was lost.
///
/// The consumer is one task: `for await element in mailbox`, or `next()`. Cancelling it ends its wait with nil and
/// loses nothing that was posted.
package final class Mailbox<Element: Sendable>: Sendable {
    /// What gives way when the queue is full.
    package enum WhenFull: Hashable, Sendable {
        /// The element that has waited longest makes room.
        case dropOldest
        /// The newest element in the queue is replaced by the posted one.
        case dropNewest
        /// The posted element is not taken.
        case refuse
    }

    /// What became of a posted element.
    package enum Posted: Hashable, Sendable {
        /// It is in the queue, and so is everything before it.
        case kept
        /// It is in the queue, and another element was dropped for it.
        case droppedAnother
        /// It is not in the queue, which is full.
        case refused
        /// It is not in the queue, which takes nothing more since `finish`.
        case finished

        /// Whether an element was lost, this one or another.
        package var isLoss: Bool { self != .kept }
    }

    private struct State {
        var elements = Ring<Element>()
        var isFinished = false
        var waiter: CheckedContinuation<Element?, Never>?
    }

    /// How many elements may wait.
    package let limit: Int
    private let whenFull: WhenFull
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: How many elements may wait; at least one.
    ///   - whenFull: What gives way when one more comes.
    package init(limit: Int, whenFull: WhenFull) {
        precondition(limit > 0, "a mailbox that holds nothing cannot pass anything on")
        self.limit = limit
        self.whenFull = whenFull
    }

    /// How many elements wait now.
    package var count: Int { state.withLock { $0.elements.count } }

    /// Adds an element, never waits, and answers what became of it.
    package func post(_ element: Element) -> Posted {
        let (waiter, posted) = state.withLock { state -> (CheckedContinuation<Element?, Never>?, Posted) in
            guard !state.isFinished else { return (nil, .finished) }
            if let waiter = state.waiter.take() { return (waiter, .kept) }
            guard state.elements.count == limit else {
                state.elements.append(element)
                return (nil, .kept)
            }
            switch whenFull {
            case .refuse: return (nil, .refused)
            case .dropOldest:
                _ = state.elements.popFirst()
                state.elements.append(element)
            case .dropNewest:
                state.elements.replaceLast(element)
            }
            return (nil, .droppedAnother)
        }
        waiter?.resume(returning: element)
        return posted
    }

    /// Takes nothing more; what waits is still delivered, then `next` answers nil.
    package func finish() {
        let waiter = state.withLock { state -> CheckedContinuation<Element?, Never>? in
            state.isFinished = true
            return state.waiter.take()
        }
        waiter?.resume(returning: nil)
    }

    /// Waits for the next element; nil when finished and empty, or when the task is cancelled.
    package func next() async -> Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let ready = state.withLock { state -> Element?? in
                    precondition(state.waiter == nil, "a mailbox has one consumer")
                    if Task.isCancelled { return .some(nil) }
                    if let element = state.elements.popFirst() { return .some(element) }
                    if state.isFinished { return .some(nil) }
                    state.waiter = waiter
                    return nil
                }
                if let ready { waiter.resume(returning: ready) }
                // The handler may have run before there was a waiter.
                if Task.isCancelled { wakeEmpty() }
            }
        } onCancel: {
            wakeEmpty()
        }
    }

    /// Takes everything that waits, at most `limit` elements, without waiting.
    package func takeAll(atMost limit: Int = .max) -> [Element] {
        state.withLock { state in
            var taken: [Element] = []
            while taken.count < limit, let element = state.elements.popFirst() { taken.append(element) }
            return taken
        }
    }

    private func wakeEmpty() {
        let waiter = state.withLock { $0.waiter.take() }
        waiter?.resume(returning: nil)
    }
}

extension Mailbox: AsyncSequence {
    /// Hands the queue's elements to the one consumer.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let mailbox: Mailbox

        /// Waits for the next element.
        package mutating func next() async -> Element? {
            await mailbox.next()
        }

        /// Waits for the next element.
        package mutating func next(isolation actor: isolated (any Actor)?) async -> Element? {
            await mailbox.next()
        }
    }

    /// An iterator for the one consumer.
    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(mailbox: self)
    }
}

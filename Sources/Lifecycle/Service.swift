/// A part of a program that lives while its `run` runs.
///
/// Built inert; cancelling the task that runs it ends it at any point.
package protocol Service: Sendable {
    /// The name of its task, as debuggers and messages show it.
    var name: String { get }

    /// Works until the task is cancelled or it can't go on.
    func run() async throws
}

/// A service that can be asked to end in an orderly way; any other is cancelled when its turn has come.
package protocol Stoppable: Service {
    /// Asks it to take nothing new, finish what is under way, and let `run` return.
    ///
    /// Called at most once. Should return soon; the end of `run` is awaited, not of this.
    func stop() async
}

extension Service {
    /// The type's name.
    package var name: String { "\(type(of: self))" }
}

/// Runs services side by side until one ends or fails; then all others are cancelled and awaited.
///
/// - Throws: What the first one that ended threw.
package func runGroup(_ services: [any Service]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for service in services {
            group.addTask(name: service.name) { try await service.run() }
        }
        defer { group.cancelAll() }
        try await group.next()
    }
}

import Glibc
package import OS
import Synchronization

/// The Unix socket on which a simulated Engine answers, with the ways in which a socket can fail.
package final class EngineDoor: Sendable {
    /// The path of the socket file.
    package let path: String
    let engine: SimulatedEngine
    private let current = Mutex<Listener?>(nil)
    private let listeners = Mailbox<Listener>(limit: 8, whenFull: .dropOldest)
    private let connectionCount = Mutex(0)
    /// How many clients may be connected; one more is turned away at once.
    package static let connectionLimit = 1_024

    /// Binds and listens; connections wait until `run` is called.
    package init(_ engine: SimulatedEngine, at path: String) throws(ListenError) {
        self.engine = engine
        self.path = path
        try open()
    }

    /// Serves until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while let listener = await listeners.next() {
                while let stream = await Self.next(of: listener) {
                    guard admit() else {
                        stream.close()
                        continue
                    }
                    group.addTask(name: "engine connection") {
                        await EngineConnection(self.engine, stream).run()
                        self.connectionCount.withLock { $0 -= 1 }
                    }
                }
                if Task.isCancelled { break }
            }
            group.cancelAll()
        }
        current.withLock { $0.take() }?.close()
    }

    /// Nobody listens any more, the file stays: connecting is refused, as after a daemon died.
    package func refuseConnections() {
        let spare = path + ".refusing"
        _ = unsafe link(path, spare)
        current.withLock { $0.take() }?.close()
        _ = unsafe rename(spare, path)
    }

    /// Nobody listens and the file is gone, as after a daemon stopped.
    package func removeSocketFile() {
        current.withLock { $0.take() }?.close()
        _ = unsafe unlink(path)
    }

    /// Listens again after one of the two above.
    package func open() throws(ListenError) {
        let fresh = try Listener(.unix(path))
        current.withLock { $0 = fresh }
        _ = listeners.post(fresh)
    }

    /// Another file takes the place of the socket's, as a restarted daemon makes one: who holds the old one sees nobody.
    package func replaceSocketFile() throws(ListenError) {
        removeSocketFile()
        try open()
    }

    private func admit() -> Bool {
        connectionCount.withLock { count in
            guard count < Self.connectionLimit else { return false }
            count += 1
            return true
        }
    }

    private static func next(of listener: Listener) async -> SocketStream? {
        while !Task.isCancelled {
            do {
                return try await listener.next(deadline: .never)
            } catch {
                guard case .other = error.kind else { return nil }
                // Too many open files, most likely: a connection waits until one is closed.
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        return nil
    }
}

extension SimulatedEngine {
    /// Serves on a Unix socket while `body` runs.
    package func serving<Result>(
        at path: String, _ body: (EngineDoor) async throws -> Result
    ) async throws -> Result {
        let door = try EngineDoor(self, at: path)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(name: "engine door") { await door.run() }
            defer { group.cancelAll() }
            return try await body(door)
        }
    }
}

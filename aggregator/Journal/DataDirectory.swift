import OS

/// The folder with the aggregator's databases, locked for this process as long as the object lives.
package final class DataDirectory: Sendable {
    package let path: String
    private let lock: FileLock

    /// Makes the folder when it isn't there, for this user only, and locks it.
    ///
    /// - Throws: `.directory` with the holder of the lock, or what the system said.
    package init(_ path: String) throws(JournalError) {
        self.path = path
        do throws(FileError) {
            try makeDirectories(path)
            lock = try FileLock("\(path)/lock")
        } catch {
            throw .directory(sentence: error.sentence)
        }
    }

    /// The database of the fleet: derived from the agents, may be set aside.
    package var fleet: String { "\(path)/fleet.db" }

    /// The database of what only people know: hosts' credentials and settings, never set aside.
    package var registry: String { "\(path)/registry.db" }

    /// The database of what happened lately: worth no more than history.
    package var events: String { "\(path)/events.db" }
}

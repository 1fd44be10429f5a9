package import SQLite

/// Why the journal or the registry could not be opened, or a question could not be answered.
package enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The data directory cannot be used, or another process holds its lock.
    case directory(sentence: String)
    /// The file is not a SQLite database, or is somebody else's; it was left untouched.
    case foreign(path: String)
    /// A newer version of Bayplan wrote the file; it was left untouched.
    case newer(path: String, version: Int32)
    /// The file contradicts itself.
    case damaged(path: String, detail: String)
    /// SQLite could not do it.
    case failed(SQLiteError)
    /// The question took longer than it may.
    case tooSlow
    /// Too many questions wait already.
    case busy
    /// The journal is closed.
    case closed

    /// What happened, what did not happen, and what to do.
    package var sentence: String {
        switch self {
        case .directory(let sentence): sentence
        case .foreign(let path):
            "\(path) is not a database of Bayplan's and was left untouched: check the data directory, "
                + "or move the file away"
        case .newer(let path, let version):
            "\(path) was written by a newer version of Bayplan (schema \(version)) and was left untouched: "
                + "install that version again, or move the file away to start from the agents"
        case .damaged(let path, let detail):
            "\(path) is damaged (\(detail)) and cannot be used: restore a backup, or move the file away"
        case .failed(let error): error.sentence
        case .tooSlow: "the database took too long, the question was not answered: ask for less, or try again"
        case .busy: "too many questions wait for the database, this one was not asked: try again later"
        case .closed: "the journal is closed, the question was not answered: the aggregator is shutting down"
        }
    }

    package var description: String { sentence }

    /// The error of a read.
    static func read(_ error: SQLiteError, path: String) -> JournalError {
        if error.isInterrupted { return .tooSlow }
        if error.isCorrupt { return .damaged(path: path, detail: error.message) }
        if error.isNotADatabase { return .foreign(path: path) }
        return .failed(error)
    }
}

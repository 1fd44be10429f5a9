/// Why a file operation did not happen.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file or folder.
    package let path: String
    /// What the system said; `.messageTooLong` for a file over the limit that was given.
    package let reason: Errno
    /// What happened, what did not happen, and what to do.
    package let sentence: String

    /// Says that `path` could not be `verb`: read, written, made, removed.
    package init(_ verb: String, _ path: String, _ reason: Errno) {
        self.init(path, reason, "\(path) could not be \(verb): \(Self.words(reason))")
    }

    init(_ path: String, _ reason: Errno, _ sentence: String) {
        self.path = path
        self.reason = reason
        self.sentence = sentence
    }

    /// The sentence.
    package var description: String { sentence }

    private static func words(_ reason: Errno) -> String {
        switch reason {
        case .noSuchFile, .notADirectory: "it, or a folder above it, does not exist. Check the path."
        case .accessDenied, .notPermitted: "this user may not. Check the owner and mode with `ls -l`."
        case .noSpace: "the disk is full. Free some space; what was there before is untouched."
        case .isDirectory: "it is a folder. Name a file."
        default: "\(reason)."
        }
    }
}

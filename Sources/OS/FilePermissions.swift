internal import Glibc

/// Who may read a file, as far as secrets are concerned (inode(7)).
package struct FilePermissions: Hashable, Sendable {
    /// The mode's permission bits.
    package let mode: UInt16
    /// The owner's user id.
    package let owner: UInt32

    /// Whether others than the owner may do nothing with it; the group of a file of root's may read.
    package var isPrivate: Bool {
        mode & 0o007 == 0 && (mode & 0o070 == 0 || owner == 0 && mode & 0o030 == 0)
    }

    /// The mode as `chmod` takes it.
    package var text: String { "0" + String(mode, radix: 8) }
}

/// Asks for a file's permissions, those of the target where it is a link.
package func filePermissions(_ path: String) throws(FileError) -> FilePermissions {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { throw FileError("read", path, .current) }
    return FilePermissions(mode: UInt16(truncatingIfNeeded: facts.st_mode & 0o7777), owner: facts.st_uid)
}

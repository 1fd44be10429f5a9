internal import Glibc

/// By what a file is known to have been replaced or changed, without reading it (inode(7)).
package struct FileStamp: Hashable, Sendable {
    private let inode: UInt64
    private let size: Int64
    /// Nanoseconds of the last change since 1970, as far as they fit.
    private let modified: Int64

    /// Looks at a file, or at the target where it is a link; nil when nothing is there or it can't be looked at.
    package init?(of path: String) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return nil }
        inode = UInt64(facts.st_ino)
        size = Int64(facts.st_size)
        modified = Int64(facts.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(facts.st_mtim.tv_nsec)
    }
}

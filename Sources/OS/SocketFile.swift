internal import Glibc

/// The file of a listening Unix socket, removed only while it is still the one that was made.
struct SocketFile: Sendable {
    let path: String
    private let device: UInt64
    private let inode: UInt64

    /// Gives a freshly bound socket file its permissions; before listen(2), so nobody gets in earlier.
    init?(_ path: String, mode: UInt16) throws(ListenError) {
        // An abstract socket has no file.
        guard !path.hasPrefix("@") else { return nil }
        guard unsafe chmod(path, mode_t(mode)) == 0, let facts = Self.facts(path) else {
            throw ListenError.explained(.current, .unix(path))
        }
        self.path = path
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }

    func remove() {
        guard let facts = Self.facts(path), UInt64(facts.st_dev) == device, UInt64(facts.st_ino) == inode
        else {
            return
        }
        _ = unsafe unlink(path)
    }

    /// Removes a socket file that a process left behind; anything else at that path stays and is an error.
    static func clearStale(_ path: String) throws(ListenError) {
        guard !path.hasPrefix("@"), let facts = facts(path) else { return }
        guard facts.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenError(
                .inUse,
                "Cannot listen on \(path): a file that is not a socket is there. Move it, or choose another.")
        }
        guard let probe = try? Descriptor.streamSocket(family: AF_UNIX) else { return }
        let number = probe.number
        let refused = unsafe RawAddress(unix: path).withPointer { address, length in
            unsafe connect(number, address, length) != 0 && Errno.current == .connectionRefused
        }
        if refused { _ = unsafe unlink(path) }
    }

    private static func facts(_ path: String) -> stat? {
        var facts = stat()
        return unsafe lstat(path, &facts) == 0 ? facts : nil
    }
}

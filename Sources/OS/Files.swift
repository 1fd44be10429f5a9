internal import CSystem
internal import Glibc

/// Reads a small file whole, as configuration, state or a secret, and blocks on the disk.
///
/// - Throws: What the system said, or `.messageTooLong` when it holds more than `limit` bytes.
package func readFile(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    do throws(Errno) {
        let file = try Descriptor.open(path, O_RDONLY)
        var bytes: [UInt8] = []
        while try file.readSome(atMost: min(65_536, limit + 1 - bytes.count), appendingTo: &bytes) != .end {
            guard bytes.count <= limit else { throw Errno.messageTooLong }
        }
        return bytes
    } catch .messageTooLong {
        throw FileError(
            path, .messageTooLong, "\(path) is larger than \(limit) bytes and was not read. Check the path.")
    } catch {
        throw FileError("read", path, error)
    }
}

/// Replaces a file so that it is, even after a power cut, either the old one or the new one whole.
///
/// Writes a temporary file beside it, fsync(2), rename(2), fsync of the folder.
///
/// The file gets `mode` as its permissions, whatever the umask is.
///
/// - Throws: What the system said; the old file is then untouched.
package func writeFileAtomically(
    _ path: String, _ bytes: [UInt8], mode: UInt16 = 0o600
) throws(FileError) {
    let temporary = "\(path).\(getpid()).new"
    do throws(Errno) {
        _ = unsafe unlink(temporary)
        let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        let number = file.number
        _ = try retrying { fchmod(number, mode_t(mode)) }
        var written = 0
        while written < bytes.count {
            guard case .count(let count) = try file.writeSome(bytes, from: written) else { break }
            written += count
        }
        _ = try retrying { fsync(number) }
        try file.close()
        guard unsafe rename(temporary, path) == 0 else { throw Errno.current }
        try syncFolder(of: path)
    } catch {
        _ = unsafe unlink(temporary)
        throw FileError("written", path, error)
    }
}

/// Makes a folder and those above it that are missing; one that exists is left as it is.
///
/// Each folder that is made gets `mode`, as the umask allows.
///
/// - Throws: What the system said, or that a file is in the way.
package func makeDirectories(_ path: String, mode: UInt16 = 0o700) throws(FileError) {
    if unsafe mkdir(path, mode_t(mode)) == 0 { return }
    switch Errno.current {
    case .exists where isDirectory(path):
        return
    case .noSuchFile:
        guard let parent = parent(of: path), parent != path else {
            throw FileError("made", path, .noSuchFile)
        }
        try makeDirectories(parent, mode: mode)
        if unsafe mkdir(path, mode_t(mode)) != 0, !isDirectory(path) {
            throw FileError("made", path, .current)
        }
    case .exists:
        throw FileError(path, .exists, "\(path) is a file and cannot become a folder. Choose another path.")
    case let reason:
        throw FileError("made", path, reason)
    }
}

/// Whether anything is at that path, a broken link included.
package func fileExists(_ path: String) -> Bool {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0
}

/// Whether a folder, or a link to one, is at that path.
package func isDirectory(_ path: String) -> Bool {
    var facts = stat()
    return unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
}

/// The names of what is in a folder, sorted, without `.` and `..` (readdir(3)).
package func fileNames(in path: String) throws(FileError) -> [String] {
    guard let folder = unsafe opendir(path) else { throw FileError("read", path, .current) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Removes a file; that it does not exist is no error.
package func removeFile(_ path: String) throws(FileError) {
    guard unsafe unlink(path) != 0 else { return }
    let reason = Errno.current
    if reason != .noSuchFile { throw FileError("removed", path, reason) }
}

/// Bytes that this process may still write on the disk of `path` (statvfs(3)).
package func freeSpace(_ path: String) throws(FileError) -> Int64 {
    let bytes = unsafe bayplan_free_space(path)
    guard bytes >= 0 else { throw FileError("examined", path, .current) }
    return bytes
}

private func parent(of path: String) -> String? {
    let trimmed = path.last == "/" ? path.dropLast() : path[...]
    guard let slash = trimmed.lastIndex(of: "/") else { return nil }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}

private func syncFolder(of path: String) throws(Errno) {
    let folder = try Descriptor.open(parent(of: path) ?? ".", O_RDONLY | O_DIRECTORY)
    let number = folder.number
    _ = try retrying { fsync(number) }
}

extension Descriptor {
    /// Opens a file, closed on exec (open(2)).
    static func open(_ path: String, _ flags: Int32, mode: UInt16 = 0o600) throws(Errno) -> Descriptor {
        guard !path.utf8.contains(0) else { throw .invalidArgument }
        return Descriptor(
            adopting: try retrying { unsafe Glibc.open(path, flags | O_CLOEXEC, mode_t(mode)) })
    }
}

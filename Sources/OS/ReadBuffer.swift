internal import Glibc

/// One buffer that many small files are read through, one after the other, so that a sweep over hundreds allocates nothing.
///
/// For files that the kernel writes as they are read, as those of proc(5) and cgroups(7).
package struct ReadBuffer: ~Copyable {
    private var bytes: [UInt8]
    private var path: [UInt8] = []

    /// Makes a buffer for files of less than `capacity` bytes.
    package init(capacity: Int = 64 << 10) {
        precondition(capacity > 1, "a buffer holds something")
        bytes = [UInt8](repeating: 0, count: capacity)
    }

    /// Reads a file whole and answers what `body` makes of it.
    ///
    /// - Parameters:
    ///   - name: The file; its text is appended to `folder` as it is.
    ///   - folder: What stands before it, with the slash; relative to the descriptor if there is one.
    ///   - base: The number of an open folder (openat(2)); nil = the path is from the root.
    ///   - cuts: Whether the beginning will do when the file is longer than the buffer.
    ///   - body: What is done with the text, which is there only meanwhile.
    /// - Returns: What `body` answered.
    /// - Throws: What the system said, or `.messageTooLong` when it is longer than the buffer.
    package mutating func read<Answer>(
        _ name: StaticString, in folder: [UInt8] = [], of base: Int32? = nil, cuts: Bool = false,
        _ body: (Span<UInt8>) -> Answer
    ) throws(Errno) -> Answer {
        path.removeAll(keepingCapacity: true)
        path.append(contentsOf: folder)
        unsafe path.append(
            contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        guard !path.contains(0) else { throw .invalidArgument }
        path.append(0)
        // Not to wait, should it be a pipe that somebody put there.
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let number = try unsafe path.withUnsafeBufferPointer { path throws(Errno) in
            try unsafe path.withMemoryRebound(to: CChar.self) { path throws(Errno) in
                guard let start = path.baseAddress else { throw .invalidArgument }
                return try retrying { unsafe openat(base ?? AT_FDCWD, start, flags) }
            }
        }
        let file = Descriptor(adopting: number)
        var count = 0
        while count < bytes.count {
            let more = try unsafe bytes.withUnsafeMutableBufferPointer { bytes throws(Errno) in
                let rest = unsafe UnsafeMutableBufferPointer(rebasing: bytes[count...])
                return try retrying { unsafe Glibc.read(number, rest.baseAddress, rest.count) }
            }
            if more == 0 { break }
            count += more
        }
        try file.close()
        guard count < bytes.count || cuts else { throw .messageTooLong }
        return body(bytes.span.extracting(first: count))
    }
}

/// Opens a folder to name files relative to it; it stays that folder, whatever takes its path later (openat(2)).
package func openFolder(_ path: String) throws(Errno) -> Descriptor {
    try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
}

/// The names of the folders in a folder, unsorted, without links, `.` and `..` (readdir(3)).
///
/// - Parameters:
///   - path: The folder.
///   - limit: How many at most; what is beyond is left out.
/// - Returns: The names.
/// - Throws: What the system said.
package func folderNames(in path: String, limit: Int) throws(FileError) -> [String] {
    guard let folder = unsafe opendir(path) else { throw FileError("read", path, .current) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while names.count < limit, let entry = unsafe readdir(folder) {
        guard unsafe entry.pointee.d_type == UInt8(DT_DIR) else { continue }
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

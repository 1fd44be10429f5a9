internal import Glibc

/// A small file that was read below a folder, and nowhere else.
package struct ContainedFile: Hashable, Sendable {
    package let bytes: [UInt8]
    /// When it was changed last, in ms since 1970.
    package let modifiedAt: Int64

    /// Reads a regular file below a folder; no part of the way to it may be a link.
    ///
    /// Each part is opened relative to the one before it (openat(2) with O_NOFOLLOW), so that nothing that is renamed or
    /// linked meanwhile leads outside. Only the folder itself, which is the administrator's word, may be a link.
    ///
    /// - Parameters:
    ///   - folder: What the file must be below.
    ///   - parts: The names from there to the file; none may be empty, `.` or `..`.
    ///   - limit: Bytes that it may have.
    /// - Throws: What the system said, or that it is too large, a link, or no regular file.
    package init(in folder: String, _ parts: [String], limit: Int) throws(FileError) {
        let path = folder + "/" + parts.joined(separator: "/")
        do throws(Errno) {
            guard let last = parts.last, parts.allSatisfy(Self.isPlain) else { throw .invalidArgument }
            var place = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
            for part in parts.dropLast() {
                place = try Self.open(part, in: place.number, O_DIRECTORY)
            }
            // A pipe in its place must not be waited for.
            let file = try Self.open(last, in: place.number, O_NONBLOCK | O_NOCTTY)
            var facts = stat()
            let number = file.number
            _ = try retrying { unsafe fstat(number, &facts) }
            guard facts.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
            var bytes: [UInt8] = []
            while try file.readSome(atMost: min(65_536, limit + 1 - bytes.count), appendingTo: &bytes) != .end
            {
                guard bytes.count <= limit else { throw .messageTooLong }
            }
            self.bytes = bytes
            modifiedAt = Int64(facts.st_mtim.tv_sec) &* 1_000 &+ Int64(facts.st_mtim.tv_nsec) / 1_000_000
        } catch .messageTooLong {
            throw FileError(path, .messageTooLong, "\(path) is larger than \(limit) bytes and was not read.")
        } catch .invalidArgument {
            throw FileError(path, .invalidArgument, "\(path) is no regular file and was not read.")
        } catch {
            throw FileError("read", path, error)
        }
    }

    private static func isPlain(_ part: String) -> Bool {
        !part.isEmpty && part != "." && part != ".." && !part.utf8.contains(0x2F) && !part.utf8.contains(0)
    }

    private static func open(_ name: String, in folder: Int32, _ flags: Int32) throws(Errno) -> Descriptor {
        let flags = flags | O_RDONLY | O_NOFOLLOW | O_CLOEXEC
        return Descriptor(adopting: try retrying { unsafe openat(folder, name, flags) })
    }
}

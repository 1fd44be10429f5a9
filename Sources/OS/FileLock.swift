internal import CSystem
internal import Glibc

/// An exclusive lock on a file, held until it goes away or the process dies (flock(2)).
///
/// The file stays; inside is the number of the process that holds or last held it.
package struct FileLock: ~Copyable, Sendable {
    /// The locked file.
    package let path: String
    private let file: Descriptor

    /// Takes the lock without waiting.
    ///
    /// - Throws: `.wouldBlock` with a sentence that names the holder, or what the system said.
    package init(_ path: String) throws(FileError) {
        do {
            let file = try Descriptor.open(path, O_RDWR | O_CREAT)
            let number = file.number
            _ = try retrying { bayplan_lock(number) }
            _ = try retrying { ftruncate(number, 0) }
            _ = try file.writeSome(Array("\(getpid())\n".utf8))
            self.file = file
            self.path = path
        } catch .wouldBlock {
            throw FileError(
                path, .wouldBlock, "\(path) is locked by \(Self.holder(path)). Stop it, or use another.")
        } catch {
            throw FileError("locked", path, error)
        }
    }

    private static func holder(_ path: String) -> String {
        guard let bytes = try? readFile(path, limit: 64),
            let process = Int32(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber })
        else { return "another process" }
        let name = (try? readFile("/proc/\(process)/comm", limit: 64)) ?? []
        let shown = String(decoding: name.filter { $0 > 0x20 && $0 < 0x7f }, as: UTF8.self)
        return shown.isEmpty ? "process \(process)" : "process \(process) (\(shown))"
    }
}

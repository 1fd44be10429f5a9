import Glibc
import OS

/// The first hundred bytes of a database file, read without SQLite so that nothing is touched.
///
/// https://sqlite.org/fileformat.html, "The Database Header".
enum DatabaseHeader: Hashable {
    /// There is no file, or an empty one.
    case missing
    /// The file is something else.
    case foreign
    /// A SQLite database with these numbers.
    case database(applicationID: Int32, version: Int32)

    init(of path: String) throws(JournalError) {
        var bytes: [UInt8] = []
        do throws(Errno) {
            let file = Descriptor(adopting: try retrying { unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC) })
            while bytes.count < 100 {
                guard case .count = try file.readSome(atMost: 100 - bytes.count, appendingTo: &bytes) else {
                    break
                }
            }
        } catch .noSuchFile {
            self = .missing
            return
        } catch {
            throw .directory(sentence: FileError("read", path, error).sentence)
        }
        guard !bytes.isEmpty else {
            self = .missing
            return
        }
        guard bytes.count == 100, bytes.starts(with: Array("SQLite format 3\0".utf8)) else {
            self = .foreign
            return
        }
        func number(_ offset: Int) -> Int32 {
            Int32(truncatingIfNeeded: bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int64($1) })
        }
        self = .database(applicationID: number(68), version: number(60))
    }
}

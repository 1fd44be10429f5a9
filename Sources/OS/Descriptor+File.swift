internal import CSystem
internal import Glibc

extension Descriptor {
    /// Opens a file to read it from its beginning.
    package static func reading(_ path: String) throws(FileError) -> Descriptor {
        do throws(Errno) { return try open(path, O_RDONLY) } catch { throw FileError("read", path, error) }
    }

    /// Makes an empty file for this user only, in the place of one that is there.
    package static func making(_ path: String) throws(FileError) -> Descriptor {
        _ = unsafe unlink(path)
        do throws(Errno) {
            return try open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        } catch {
            throw FileError("made", path, error)
        }
    }

    /// Goes to an offset of the file (lseek(2)).
    package borrowing func seek(to offset: Int64) throws(Errno) {
        let number = number
        guard lseek(number, off_t(offset), SEEK_SET) >= 0 else { throw Errno.current }
    }

    /// Reads exactly so many bytes; nil when the file ends before.
    package borrowing func readWhole(_ count: Int) throws(Errno) -> [UInt8]? {
        let number = number
        var failure: Errno?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled..<count])
                do throws(Errno) {
                    let more = try retrying { unsafe Glibc.read(number, rest.baseAddress, rest.count) }
                    if more == 0 { break }
                    filled += more
                } catch {
                    failure = error
                    break
                }
            }
        }
        if let failure { throw failure }
        return bytes.count == count ? bytes : nil
    }

    /// Writes all of the bytes to a file.
    package borrowing func writeAll(_ bytes: [UInt8]) throws(Errno) {
        var written = 0
        while written < bytes.count {
            guard case .count(let count) = try writeSome(bytes, from: written) else { throw .noSpace }
            written += count
        }
    }
}

/// Gives a file another name, in the place of the one that has it (rename(2)).
package func renameFile(_ path: String, to other: String) throws(FileError) {
    guard unsafe rename(path, other) == 0 else { throw FileError("renamed", path, .current) }
}

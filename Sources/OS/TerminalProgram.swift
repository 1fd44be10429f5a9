internal import CSystem
internal import Glibc

/// Runs a program that has our terminal and reads what we write, such as a pager, and waits for its end.
///
/// Blocks the calling thread. A program that stops reading early, as a pager that was quit, is no error.
///
/// - Parameters:
///   - path: The program.
///   - arguments: What follows the program's name.
///   - input: What it can read from its standard input.
/// - Returns: Its exit status; 128 and the signal's number when a signal ended it.
/// - Throws: What pipe2(2) or posix_spawn(3) reported.
package func runInTerminal(
    _ path: String, _ arguments: [String], input: [UInt8]
) throws(FileError) -> Int32 {
    do throws(Errno) {
        let pipe = try Pipe()
        let reader = pipe.reader
        let writer = pipe.writer
        let environment = ThisProcess.environment().map { "\($0.key)=\($0.value)" }
        let id = try Spawn.start(
            path, [path] + arguments, environment, input: reader.number, output: 1, errors: 2)
        // Only the program may hold the reading end, so that its end is noticed.
        try? reader.close()
        var sent = 0
        while sent < input.count {
            let count = try? retrying {
                unsafe input.withUnsafeBytes { bytes in
                    unsafe write(writer.number, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
                }
            }
            guard let count else { break }
            sent += count
        }
        try? writer.close()
        var status: Int32 = 0
        _ = try retrying { unsafe waitpid(id, &status, 0) }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    } catch {
        throw FileError("started", path, error)
    }
}

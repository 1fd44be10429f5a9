internal import Glibc

/// Writes to a descriptor that others share, without changing its flags and without waiting for long.
///
/// poll(2) before each piece of at most PIPE_BUF bytes: a pipe that polls writable takes that much at once (pipe(7)).
package struct BoundedOutput: Sendable {
    private let number: Int32
    private static let piece = 4_096

    /// Lends itself a descriptor, which must stay open.
    package init(_ number: Int32) {
        self.number = number
    }

    /// Writes all bytes, waiting for at most `patience` in total.
    ///
    /// - Returns: Whether everything was written; false also when the descriptor is broken.
    package func write(_ bytes: [UInt8], patience: Duration) -> Bool {
        let deadline = Deadline.after(patience)
        var written = 0
        while written < bytes.count {
            let left = deadline.remaining() ?? .zero
            var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
            let milliseconds = Int32(clamping: left.wholeMilliseconds)
            guard let ready = try? retrying({ unsafe poll(&request, 1, milliseconds) }), ready == 1 else {
                return false
            }
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let end = min(buffer.count, written + Self.piece)
                let part = unsafe UnsafeRawBufferPointer(rebasing: buffer[written..<end])
                return try? retrying { unsafe Glibc.write(number, part.baseAddress, part.count) }
            }
            guard let count else { return false }
            written += count
        }
        return true
    }
}

import Glibc

/// Where a command's text goes.
package protocol Sink: Sendable {
    /// Writes all bytes.
    ///
    /// - Throws: ``Failure/outputClosed`` when nobody reads any more.
    func write(_ bytes: [UInt8]) throws(Failure)
}

extension Sink {
    /// Writes a line.
    package func line(_ text: String) throws(Failure) {
        try write(Array(text.utf8) + [0x0A])
    }
}

/// Standard output or standard error of this process.
package struct DescriptorSink: Sink {
    private let number: CInt

    /// Writes to a descriptor, which stays open: 1 is standard output, 2 standard error.
    package init(_ number: CInt) { self.number = number }

    /// Writes everything, or throws when nobody reads it any more.
    package func write(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(number, $0.baseAddress?.advanced(by: sent), $0.count - sent)
            }
            if count > 0 {
                sent += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilWritable()
            case EPIPE: throw .outputClosed
            default:
                let reason = unsafe String(cString: strerror(errno))
                throw Failure(
                    .failed, "The output could not be written: \(reason). What was shown is not all.")
            }
        }
    }

    /// Waits where somebody made the descriptor nonblocking (poll(2)).
    private func waitUntilWritable() {
        var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&entry, 1, 1000)
    }
}

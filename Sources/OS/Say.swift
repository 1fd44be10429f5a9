internal import Glibc

/// Writes a whole text to a descriptor, such as 1 or 2, and waits for whoever reads it; a closed pipe ends it quietly.
package func say(_ text: String, to number: Int32 = 1) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
        let count = unsafe bytes[written...].withUnsafeBufferPointer { buffer in
            unsafe write(number, buffer.baseAddress, buffer.count)
        }
        guard count >= 0 || errno == EINTR else { return }
        written += max(0, count)
    }
}

/// Ends this process now (exit(3)).
package func leave(status: Int32) -> Never {
    exit(status)
}

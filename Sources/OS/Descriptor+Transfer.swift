internal import Glibc

/// What one attempt to move bytes came to.
package enum Transfer: Hashable, Sendable {
    /// So many bytes were moved; at least one.
    case count(Int)
    /// Nothing can be moved now; ask again when the descriptor is ready.
    case wouldBlock
    /// The other end has closed its half and everything was read.
    case end
}

extension Descriptor {
    /// Reads what is there, at most as much as the span holds, and never waits on a nonblocking descriptor.
    ///
    /// - Throws: What read(2) reported, except for "would block".
    package borrowing func readSome(into span: inout MutableSpan<UInt8>) throws(Errno) -> Transfer {
        guard !span.isEmpty else { return .count(0) }
        let number = number
        do {
            let count = try unsafe span.withUnsafeMutableBufferPointer { buffer throws(Errno) in
                try retrying { unsafe read(number, buffer.baseAddress, buffer.count) }
            }
            return count == 0 ? .end : .count(count)
        } catch .wouldBlock {
            return .wouldBlock
        }
    }

    /// Reads what is there, at most `limit` bytes, and appends it.
    ///
    /// - Throws: What read(2) reported, except for "would block".
    package borrowing func readSome(
        atMost limit: Int, appendingTo bytes: inout [UInt8]
    ) throws(Errno) -> Transfer {
        let number = number
        do {
            let count = try unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) {
                (buffer: UnsafeMutableBufferPointer<UInt8>) throws(Errno) -> Int in
                let count = try retrying { unsafe read(number, buffer.baseAddress, limit) }
                unsafe bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                return count
            }
            return count == 0 ? .end : .count(count)
        } catch .wouldBlock {
            return .wouldBlock
        }
    }

    /// Writes as much as fits now; a closed peer is an error, never a SIGPIPE on a socket.
    ///
    /// - Throws: What send(2) or write(2) reported, except for "would block".
    package borrowing func writeSome(_ bytes: Span<UInt8>) throws(Errno) -> Transfer {
        guard !bytes.isEmpty else { return .count(0) }
        let number = number
        do {
            let count = try unsafe bytes.withUnsafeBufferPointer { buffer throws(Errno) in
                try unsafe send(buffer, to: number)
            }
            return .count(count)
        } catch .wouldBlock {
            return .wouldBlock
        }
    }

    /// Writes as much of `bytes` from `offset` on as fits now.
    ///
    /// - Throws: What send(2) or write(2) reported, except for "would block".
    package borrowing func writeSome(_ bytes: [UInt8], from offset: Int = 0) throws(Errno) -> Transfer {
        try writeSome(bytes.span.extracting(droppingFirst: offset))
    }
}

/// send(2) where it is a socket, write(2) where it is not.
private func send(_ buffer: UnsafeBufferPointer<UInt8>, to number: Int32) throws(Errno) -> Int {
    do {
        return try retrying { unsafe send(number, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL)) }
    } catch .notASocket {
        return try retrying { unsafe write(number, buffer.baseAddress, buffer.count) }
    }
}

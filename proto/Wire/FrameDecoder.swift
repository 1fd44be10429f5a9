/// Why the bytes of a connection are no frames; always the end of that connection.
package enum FrameError: Error, Hashable, Sendable {
    /// A frame must hold at least an object.
    case empty
    /// The length in the header is over the limit in force.
    case tooLong(length: Int, limit: Int)
}

extension FrameError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "a frame of length zero"
        case .tooLong(let length, let limit): "a frame of \(length) bytes, where \(limit) are allowed"
        }
    }
}

/// Cuts a stream of bytes into frames: an unsigned 32-bit big-endian length, then that many bytes.
///
/// The length is checked as soon as its four bytes are there, before anything of that size is kept.
package struct FrameDecoder: Sendable {
    /// The most bytes that a frame's body may have: small until the peer is known, large after.
    package var limit: Int
    private var buffer: [UInt8] = []
    private var start = 0

    /// 64 KiB: enough for `hello`, too little to harm.
    package static let greetingLimit = 64 << 10
    /// 16 MiB, after `welcome`.
    package static let sessionLimit = 16 << 20

    package init(limit: Int = FrameDecoder.greetingLimit) {
        self.limit = limit
    }

    /// The bytes that wait for the rest of their frame.
    package var waiting: Int { buffer.count - start }

    /// Takes in what came from the peer.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= FrameDecoder.greetingLimit)
            start = 0
        } else if start > buffer.count / 2 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The body of the next whole frame, or nil until more bytes come.
    package mutating func next() throws(FrameError) -> [UInt8]? {
        guard waiting >= 4 else { return nil }
        let length = (0..<4).reduce(0) { $0 << 8 | Int(buffer[start + $1]) }
        guard length > 0 else { throw .empty }
        guard length <= limit else { throw .tooLong(length: length, limit: limit) }
        guard waiting >= 4 + length else { return nil }
        let body = Array(buffer[start + 4..<start + 4 + length])
        start += 4 + length
        return body
    }
}

extension [UInt8] {
    /// A frame with this body: its length in four bytes, then the body.
    package static func frame(_ body: [UInt8]) -> [UInt8] {
        precondition(
            !body.isEmpty && body.count <= FrameDecoder.sessionLimit, "a frame's body is 1 byte to 16 MiB")
        var frame: [UInt8] = []
        frame.reserveCapacity(body.count + 4)
        for shift in [24, 16, 8, 0] { frame.append(UInt8(truncatingIfNeeded: body.count >> shift)) }
        frame.append(contentsOf: body)
        return frame
    }
}

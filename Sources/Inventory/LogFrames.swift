/// Reads the Engine's stream of several streams: an 8-byte head before each piece, however the bytes were cut.
///
/// Engine API, "Stream format" of `ContainerAttach`: one byte stream, three zeros, the piece's length as an unsigned
/// 32-bit big-endian integer. A value without I/O. Pieces are never kept: of a piece of any length only what was fed is
/// given on.
package struct LogFrames: Sendable {
    /// Which of a container's streams bytes belong to.
    package enum Stream: UInt8, Hashable, Sendable {
        /// Never in a log, as far as is known; the Engine's code has it.
        case input = 0
        case output = 1
        case error = 2
        /// Not of the container: the Engine says why it can't go on.
        case engine = 3

        /// As documents name it.
        package var name: String {
            switch self {
            case .input: "stdin"
            case .output: "stdout"
            case .error: "stderr"
            case .engine: "engine"
            }
        }
    }

    /// Some bytes of one stream.
    package struct Piece: Hashable, Sendable {
        package let stream: Stream
        package let bytes: [UInt8]

        package init(stream: Stream, bytes: [UInt8]) {
            self.stream = stream
            self.bytes = bytes
        }
    }

    /// What came is not such a stream.
    package struct Malformed: Error, Hashable, Sendable {
        /// The first byte of the head, and the three that must be zero.
        package let head: [UInt8]

        package init(head: [UInt8]) {
            self.head = head
        }
    }

    /// Bytes of a head.
    package static let headLength = 8
    private var head: [UInt8] = []
    private var stream = Stream.output
    /// Bytes of the present piece that are still to come.
    private var left = 0

    package init() {}

    /// Whether the stream may end here: not within a head or a piece.
    package var isBetween: Bool { head.isEmpty && left == 0 }

    /// Takes bytes, and gives what they hold of each stream, in order.
    ///
    /// - Throws: `Malformed`; what came before it was not given, and the stream can't be read on.
    package mutating func read(_ bytes: [UInt8]) throws(Malformed) -> [Piece] {
        var pieces: [Piece] = []
        try go(through: bytes) { pieces.append(Piece(stream: $0, bytes: Array($1))) }
        return pieces
    }

    /// Takes bytes that are passed on as they are.
    ///
    /// - Throws: `Malformed` as `read`.
    package mutating func check(_ bytes: [UInt8]) throws(Malformed) {
        try go(through: bytes) { _, _ in }
    }

    private mutating func go(
        through bytes: [UInt8], _ piece: (Stream, ArraySlice<UInt8>) -> Void
    ) throws(Malformed) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard left > 0 else {
                let part = rest.prefix(Self.headLength - head.count)
                head += part
                rest = rest.dropFirst(part.count)
                if head.count == Self.headLength { try begin() }
                continue
            }
            let part = rest.prefix(left)
            piece(stream, part)
            left -= part.count
            rest = rest.dropFirst(part.count)
        }
    }

    /// The head of a piece of so many bytes.
    package static func head(of stream: Stream, count: Int) -> [UInt8] {
        let length = UInt32(clamping: count)
        return [stream.rawValue, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
    }

    private mutating func begin() throws(Malformed) {
        guard let stream = Stream(rawValue: head[0]), head[1] == 0, head[2] == 0, head[3] == 0 else {
            throw Malformed(head: Array(head.prefix(4)))
        }
        self.stream = stream
        left = head[4...].reduce(0) { $0 << 8 | Int($1) }
        head = []
    }
}

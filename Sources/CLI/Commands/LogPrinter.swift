import Inventory

/// Writes one container's log where `docker logs` would: its output to standard output, its errors to standard error.
///
/// With a name, each line of both begins with that; what is kept is at most one line of each stream, up to a length.
struct LogPrinter {
    private let surroundings: Surroundings
    /// What each line begins with; nil: the bytes go out as they are.
    private let name: String?
    private var frames = LogFrames()
    private var lines: [LogFrames.Stream: [UInt8]] = [:]
    /// Why the log isn't whole; empty when it is.
    private(set) var complaint = ""

    private static let lineLimit = 64 << 10
    private static let complaintLimit = 4_096

    init(_ surroundings: Surroundings, name: String?) {
        self.surroundings = surroundings
        self.name = name
    }

    /// Writes what these bytes of the answer hold.
    mutating func take(_ bytes: [UInt8]) throws(Failure) {
        let pieces: [LogFrames.Piece]
        do {
            pieces = try frames.read(bytes)
        } catch {
            throw Failure(.failed, "The aggregator sent a log that is none. What was shown may not be all.")
        }
        for piece in pieces {
            switch piece.stream {
            case .engine:
                let text = String(decoding: piece.bytes, as: UTF8.self)
                if complaint.utf8.count < Self.complaintLimit { complaint += text }
            case .error: try write(piece, to: surroundings.notes)
            case .input, .output: try write(piece, to: surroundings.output)
            }
        }
    }

    /// Writes lines that had no end.
    mutating func finish() throws(Failure) {
        for (stream, line) in lines.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where !line.isEmpty {
            try sink(of: stream).write(prefixed(line) + [0x0A])
        }
        lines = [:]
    }

    private func sink(of stream: LogFrames.Stream) -> any Sink {
        stream == .error ? surroundings.notes : surroundings.output
    }

    private mutating func write(_ piece: LogFrames.Piece, to sink: any Sink) throws(Failure) {
        guard name != nil else { return try sink.write(piece.bytes) }
        var text: [UInt8] = []
        var rest = piece.bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            text += prefixed((lines.removeValue(forKey: piece.stream) ?? []) + rest[...end])
            rest = rest[(end + 1)...]
        }
        lines[piece.stream, default: []] += rest
        if let line = lines[piece.stream], line.count > Self.lineLimit {
            text += prefixed(line) + [0x0A]
            lines[piece.stream] = []
        }
        if !text.isEmpty { try sink.write(text) }
    }

    private func prefixed(_ line: [UInt8]) -> [UInt8] {
        Array("\(name ?? "") | ".utf8) + line
    }
}

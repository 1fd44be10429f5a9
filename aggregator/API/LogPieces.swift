import Inventory
import JSON

/// Turns the stream of several streams that an agent sends into what a reader asked for.
///
/// An agent may send anything, so the heads are looked at here too. What is kept is at most one line of each stream,
/// up to a length.
struct LogPieces {
    private let form: LogParameters.Form
    /// Bytes of the log that may still be given; nil for any number.
    private var rest: Int?
    private var frames = LogFrames()
    /// The beginnings of lines whose end has not come, by stream.
    private var lines: [LogFrames.Stream: [UInt8]] = [:]

    /// Longer lines come in several parts.
    private static let lineLimit = 64 << 10

    init(_ form: LogParameters.Form, limit: Int?) {
        self.form = form
        rest = limit
    }

    /// Whether as much was given as was asked for.
    var isFull: Bool { rest == 0 }

    /// What is to be sent for these bytes of the agent.
    mutating func take(_ bytes: [UInt8]) throws(LogFrames.Malformed) -> [UInt8] {
        var out = JSONWriter(capacity: bytes.count + bytes.count / 4)
        var text: [UInt8] = []
        for piece in try frames.read(bytes) where !isFull {
            let part = piece.bytes.prefix(rest ?? .max)
            if let rest { self.rest = rest - part.count }
            switch form {
            case .text: text += part
            case .multiplexed: text += LogFrames.head(of: piece.stream, count: part.count) + part
            case .ndjson: write(part, of: piece.stream, to: &out)
            }
        }
        return form == .ndjson ? out.bytes : text
    }

    /// What is to be sent at the end, with the reason if the log isn't whole.
    mutating func finish(_ reason: String?) -> [UInt8] {
        switch form {
        case .text: return []
        case .multiplexed:
            guard let reason else { return [] }
            let text = Array(reason.utf8)
            return LogFrames.head(of: .engine, count: text.count) + text
        case .ndjson:
            var out = JSONWriter()
            for (stream, line) in lines.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where !line.isEmpty
            {
                write(line: line[...], of: stream, to: &out)
            }
            if let reason {
                out.object { $0.member("error", reason) }
                out.newline()
            }
            return out.bytes
        }
    }

    private mutating func write(
        _ part: ArraySlice<UInt8>, of stream: LogFrames.Stream, to out: inout JSONWriter
    ) {
        var part = part
        while let end = part.firstIndex(of: 0x0A) {
            let line = (lines.removeValue(forKey: stream) ?? []) + part[..<end]
            write(line: line[...], of: stream, to: &out)
            part = part[(end + 1)...]
        }
        guard !part.isEmpty else { return }
        lines[stream, default: []] += part
        if let line = lines[stream], line.count > Self.lineLimit {
            write(line: line[...], of: stream, to: &out, isPart: true)
            lines[stream] = []
        }
    }

    private func write(
        line: ArraySlice<UInt8>, of stream: LogFrames.Stream, to out: inout JSONWriter, isPart: Bool = false
    ) {
        out.object { out in
            out.member("stream", stream.name)
            out.member("line", String(decoding: line, as: UTF8.self))
            out.optional("part", isPart)
        }
        out.newline()
    }
}

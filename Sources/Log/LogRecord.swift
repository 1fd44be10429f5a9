internal import JSON
internal import OS

/// One line of a log before it is written.
package struct LogRecord: Hashable, Sendable {
    /// One named thing that varies.
    package struct Fact: Hashable, Sendable {
        /// What it is, the same word everywhere.
        package let key: String
        /// How it was this time; cut to `longestValue` bytes in a record.
        package let value: String
    }

    /// A value longer than this is cut, and says by how much.
    package static let longestValue = 4_096

    /// Milliseconds since 1970.
    package let milliseconds: Int64
    /// How much it matters.
    package let level: Log.Level
    /// What happened, in words that never vary.
    package let message: String
    /// In order; a later fact of the same name has replaced an earlier one.
    package let facts: [Fact]

    /// Cuts long values, and lets a later fact replace an earlier one of the same name.
    package init(milliseconds: Int64, level: Log.Level, message: String, facts: [Fact]) {
        self.milliseconds = milliseconds
        self.level = level
        self.message = message
        var unique: [Fact] = []
        for fact in facts {
            let cut = Fact(key: fact.key, value: Self.bounded(fact.value))
            if let index = unique.firstIndex(where: { $0.key == fact.key }) {
                unique[index] = cut
            } else {
                unique.append(cut)
            }
        }
        self.facts = unique
    }

    /// The value of a fact.
    package subscript(_ key: String) -> String? {
        facts.first { $0.key == key }?.value
    }

    /// The line with its final line feed; nothing in it can end the line or steer a terminal.
    package func line(as format: Log.Format) -> [UInt8] {
        switch format {
        case .text: text()
        case .json: json()
        }
    }

    private func text() -> [UInt8] {
        var line =
            "\(Timestamp.text(milliseconds: milliseconds)) \(level.rawValue) \(Escaping.plain(message))"
        for fact in facts {
            line += " \(Escaping.plain(fact.key))=\(Escaping.value(fact.value))"
        }
        return Array((line + "\n").utf8)
    }

    private func json() -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.member("time", Timestamp.text(milliseconds: milliseconds))
            writer.member("level", level.rawValue)
            writer.member("message", message)
            for fact in facts {
                writer.key(["time", "level", "message"].contains(fact.key) ? fact.key + "_" : fact.key)
                writer.string(fact.value)
            }
        }
        writer.newline()
        return writer.bytes
    }

    private static func bounded(_ value: String) -> String {
        guard value.utf8.count > longestValue else { return value }
        var end = value.utf8.index(value.startIndex, offsetBy: longestValue)
        while end > value.startIndex, end.samePosition(in: value.unicodeScalars) == nil {
            end = value.utf8.index(before: end)
        }
        let kept = value[..<end]
        return "\(kept)… (\(value.utf8.count - kept.utf8.count) bytes more)"
    }
}

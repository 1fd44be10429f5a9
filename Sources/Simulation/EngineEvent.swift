import JSON

/// One event as the Engine reports it.
package struct EngineEvent: Hashable, Sendable {
    /// `container`, `network`, `volume` or `image`.
    package let type: String
    package let action: String
    /// The id of what it happened to.
    package let actor: String
    package let attributes: [String: String]
    /// Nanoseconds since 1970, larger than that of the event before.
    package let time: Int64

    /// The line that `/events` sends, with the fields of old clients, and a line feed.
    var line: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            if type == "container" || type == "image" {
                writer.member("status", action)
                writer.member("id", actor)
                if let image = attributes["image"] { writer.member("from", image) }
            }
            writer.member("Type", type)
            writer.member("Action", action)
            writer.object("Actor") { writer in
                writer.member("ID", actor)
                writer.map("Attributes", attributes)
            }
            writer.member("scope", "local")
            writer.member("time", time / 1_000_000_000)
            writer.member("timeNano", time)
        }
        writer.newline()
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes a map in ascending order, as Go does; also when it is empty.
    mutating func map(_ name: StaticString, _ values: [String: String]) {
        object(name) { writer in
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                writer.string(value)
            }
        }
    }

    /// Writes a list of strings, or `null` for none, as Go writes a nil slice.
    mutating func list(_ name: StaticString, orNull values: [String]) {
        if values.isEmpty { nullMember(name) } else { member(name, values) }
    }

    mutating func nullMember(_ name: StaticString) {
        key(name)
        null()
    }
}

package import Docker
internal import Inventory
package import Wire

/// Makes what may leave the host of an Engine's event: hidden labels replaced, sizes limited.
///
/// An event of a container repeats all its labels. They go with it, since the record that has them too may be gone when
/// the event is looked at, and `docker events` shows and filters them so.
package struct EventMaker: Sendable {
    /// Bytes of one event's attributes.
    static let limit = 16 << 10

    private let redaction: Redaction
    private let secret: SecretDigest

    package init(redaction: Redaction, key: SipHash.Key) {
        self.redaction = redaction
        secret = SecretDigest(key: key)
    }

    /// The event as it may be told; nil when the Engine didn't say when it was.
    package func event(of event: EngineEvent) -> EventReport.Event? {
        guard event.time > 0 else { return nil }
        var told = EventReport.Event(
            at: event.time / 1_000_000, type: event.type, action: event.action, actor: event.actor)
        told.nanoseconds = event.time % 1_000_000
        let limits = ContentLimits()
        var room = Self.limit
        // What the Engine adds comes first, then labels by how much they are needed.
        let ranked = event.attributes.map { attribute in
            let name = Array(attribute.key.utf8)[...]
            let rank = Self.isOwn(attribute.key, of: event) ? -1 : ContentLimits.rank(label: name)
            return (name: name, key: attribute.key, value: attribute.value, rank: rank)
        }.sorted { ($0.rank, $0.key) < ($1.rank, $1.key) }
        for one in ranked {
            var value = one.value
            if one.rank >= 0, redaction.hides(label: one.name) {
                value = Redaction.hiddenPrefix + secret.of(one.name, one.value.utf8)
            } else if value.utf8.count > limits.text {
                value = Self.cut(value, limits.text)
            }
            let cost = one.name.count + value.utf8.count
            guard one.name.count <= limits.text, cost <= room else { continue }
            room -= cost
            told.attributes[one.key] = value
        }
        return told
    }

    /// Whether the Engine itself gives an attribute of that name, so that it is no label.
    private static func isOwn(_ key: String, of event: EngineEvent) -> Bool {
        switch (event.type, key) {
        case ("network", _), ("volume", _), ("image", "name"): true
        case ("container", "image"), ("container", "name"): true
        case ("container", "exitCode"), ("container", "execDuration"): event.action == "die"
        case ("container", "signal"): event.action == "kill"
        case ("container", "oldName"): event.action == "rename"
        default: false
        }
    }

    /// The first bytes of a text, up to the end of a character.
    private static func cut(_ text: String, _ limit: Int) -> String {
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: limit)
        while end > text.utf8.startIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return String(text.utf8[..<end]) ?? ""
    }
}

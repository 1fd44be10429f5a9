internal import Inventory

/// How much of a container's record leaves its host; what is cut is noted with its length and a keyed digest.
struct ContentLimits {
    /// Bytes of a label's value, and of any other single text.
    var text = 4_096
    /// Bytes of one word of a command.
    var word = 16_384
    /// Labels of one container.
    var labels = 512
    /// Bytes of one facet's JSON.
    var facet = 256 << 10

    /// Which labels stay when not all can: those that routes are made of, then those of stacks, then the others.
    static func rank(label name: ArraySlice<UInt8>) -> Int {
        if name.starts(with: "snadboy.revp.".utf8) { return 0 }
        for prefix in ["com.docker.compose.", "com.docker.stack.", "com.docker.swarm."]
        where name.starts(with: prefix.utf8) {
            return 1
        }
        return 2
    }
}

/// Room in one facet, and notes on what didn't fit there.
struct ContentBudget {
    private(set) var room: Int
    private(set) var notes: [String: Truncation] = [:]
    private let secret: SecretDigest

    init(room: Int, secret: SecretDigest) {
        self.room = room
        self.secret = secret
    }

    /// Takes so many bytes; false when there is not enough room, and then nothing is taken.
    mutating func take(_ count: Int) -> Bool {
        guard count <= room else { return false }
        room -= count
        return true
    }

    /// At most `limit` bytes of a text, cut between two characters and noted under `path`; empty when there is no room.
    mutating func text(_ text: String, _ limit: Int, at path: @autoclosure () -> String) -> String {
        let bytes = Array(text.utf8)
        let kept = cut(bytes[...], limit, at: path())
        return kept.count == bytes.count ? text : String(decoding: kept, as: UTF8.self)
    }

    /// At most `limit` bytes of a text, as `text`.
    mutating func cut(
        _ bytes: ArraySlice<UInt8>, _ limit: Int, at path: @autoclosure () -> String
    ) -> ArraySlice<UInt8> {
        let kept = bytes.count <= limit ? bytes : Self.wholeCharacters(bytes.prefix(limit), of: bytes)
        let cost = Self.encodedLength(kept) + 24
        if kept.count == bytes.count, take(cost) { return kept }
        note(path(), length: bytes.count, bytes)
        return take(cost) ? kept : []
    }

    /// Notes that something did not fit; `content` is asked for once per path.
    mutating func note(_ path: String, length: Int, _ content: @autoclosure () -> some Collection<UInt8>) {
        guard notes[path] == nil else { return }
        notes[path] = Truncation(length: Int64(length), digest: secret.of(path.utf8, content()))
        // Notes may overdraw: there are few of them, and the reserve is made for it.
        room -= Self.encodedLength(Array(path.utf8)[...]) + 64
    }

    /// How long a text is as a JSON string, at most.
    static func encodedLength(_ bytes: ArraySlice<UInt8>) -> Int {
        var length = bytes.count + 2
        for byte in bytes {
            if byte < 0x20 || byte == 0x7F {
                length += 5
            } else if byte == 0x22 || byte == 0x5C {
                length += 1
            }
        }
        return length
    }

    private static func wholeCharacters(
        _ prefix: ArraySlice<UInt8>, of bytes: ArraySlice<UInt8>
    ) -> ArraySlice<UInt8> {
        var end = prefix.endIndex
        while end > bytes.startIndex, end < bytes.endIndex, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return bytes[bytes.startIndex..<end]
    }
}

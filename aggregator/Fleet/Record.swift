import Inventory

/// What is kept of one container apart from its id: fixed columns, and the rest packed into words.
struct Record: Sendable {
    /// The host's place in `Snapshot.hosts`; `nobody` for a slot that is free.
    var host = Record.nobody
    var name: UInt32 = 0
    /// When any facet last changed, in milliseconds since 1970.
    var changedAt: Int64 = 0
    var status = StatusColumns()
    var packed = Packed()

    static let nobody = UInt32.max
}

/// The `status` facet with its texts as numbers; times in milliseconds since 1970.
struct StatusColumns: Sendable {
    var pid: Int64 = 0
    var startedAt: Int64 = 0
    var finishedAt: Int64 = 0
    var exitCode: Int64 = 0
    var restartCount: Int64 = 0
    var failingStreak: Int64 = 0
    var state: UInt32 = 0
    var health: UInt32 = 0
    var error: UInt32 = 0
    var isOOMKilled = false
    var isDead = false
    var hasHealth = false

    /// Whether `docker ps` lists it without `-a`, as `ContainerState.isLive`.
    var isLive: Bool {
        state == Strings.Known.running || state == Strings.Known.paused || state == Strings.Known.restarting
    }

    var isRunning: Bool { state == Strings.Known.running }

    /// The keys in the indexes of that name; nil when it is in none.
    var stateKey: UInt64? { state == 0 ? nil : UInt64(state) }
    var healthKey: UInt64? { hasHealth ? UInt64(health) : nil }

    /// Puts other numbers in the place of its texts' numbers.
    mutating func mapTexts(_ number: (UInt32) -> UInt32) {
        state = number(state)
        health = number(health)
        error = number(error)
    }
}

/// The variable parts of a record, one after the other: network, config, compose.
///
/// A part is the number of its texts, the texts' numbers, then plain numbers; so whoever counts texts need not know
/// what they mean. Each word is kept as a varint (seven bits a byte, least significant first): most are small, and a
/// record takes 130 bytes instead of 320. What a part says is read from its words, which are made anew for who asks.
/// The first two numbers are the bytes of network and config.
struct Packed: Sendable {
    private(set) var bytes: [UInt8]

    init(network: [UInt32] = [], config: [UInt32] = [], compose: [UInt32] = []) {
        let lengths = [network, config].map { UInt32(Varint.size($0)) }
        bytes = []
        guard !network.isEmpty || !config.isEmpty || !compose.isEmpty else { return }
        bytes.reserveCapacity(
            Varint.size(lengths) + Int(lengths[0]) + Int(lengths[1]) + Varint.size(compose))
        for words in [lengths, network, config, compose] { Varint.append(words, to: &bytes) }
    }

    /// Takes what another process kept; nil when that is none.
    init?(bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.isEmpty || composeStart <= bytes.count else { return nil }
    }

    /// Where the parts begin.
    private var starts: (network: Int, config: Int, compose: Int) {
        var offset = 0
        let network = Int(Varint.next(in: bytes, &offset))
        let config = Int(Varint.next(in: bytes, &offset))
        return (offset, offset + network, offset + network + config)
    }

    private var composeStart: Int { starts.compose }

    var networkPart: [UInt32] {
        let starts = starts
        return Varint.words(in: bytes, from: starts.network, to: starts.config)
    }
    var configPart: [UInt32] {
        let starts = starts
        return Varint.words(in: bytes, from: starts.config, to: starts.compose)
    }
    var composePart: [UInt32] { Varint.words(in: bytes, from: starts.compose, to: bytes.count) }

    /// Nil when the container has no such facet.
    var network: NetworkWords? {
        let words = networkPart
        return words.isEmpty ? nil : NetworkWords(words, at: 0)
    }
    var config: ConfigWords? {
        let words = configPart
        return words.isEmpty ? nil : ConfigWords(words, at: 0)
    }
    var compose: ComposeWords? {
        let words = composePart
        return words.isEmpty ? nil : ComposeWords(words, at: 0)
    }

    /// Roughly what changing it costs, in words.
    var weight: Int { bytes.count / 2 }

    /// The texts' numbers of one part.
    static func texts(of part: [UInt32]) -> ArraySlice<UInt32> {
        guard let count = part.first else { return [] }
        return part[1..<(1 + Int(count))]
    }
}

/// Numbers in as few bytes as they need: seven bits a byte, least significant first.
enum Varint {
    /// Bytes that the words take.
    static func size(_ words: [UInt32]) -> Int {
        words.reduce(0) { $0 + max(1, (38 - $1.leadingZeroBitCount) / 7) }
    }

    /// Appends the words.
    static func append(_ words: [UInt32], to bytes: inout [UInt8]) {
        for word in words {
            var rest = word
            while rest > 0x7F {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
    }

    /// Reads the word at an offset and moves on; 0 past the end.
    static func next(in bytes: [UInt8], _ offset: inout Int) -> UInt32 {
        var word: UInt32 = 0
        var shift: UInt32 = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            word |= UInt32(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return word
    }

    /// The words from one offset up to another.
    static func words(in bytes: [UInt8], from start: Int, to end: Int) -> [UInt32] {
        guard start < end else { return [] }
        return unsafe Array(unsafeUninitializedCapacity: end - start) { words, count in
            var word: UInt32 = 0
            var shift: UInt32 = 0
            for byte in bytes[start..<end] {
                word |= UInt32(byte & 0x7F) << shift
                shift += 7
                guard byte < 0x80 else { continue }
                unsafe words[count] = word
                count += 1
                (word, shift) = (0, 0)
            }
        }
    }
}

import JSON
import TestSupport
import Testing

@Suite struct `Any JSON` {
    @Test(arguments: 0..<40)
    func `comes back as it was written`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let drawn = JSONValue.random(depth: 5, using: &random)
            let bytes = drawn.encoded
            #expect(try JSONValue(parsing: bytes) == drawn)
            #expect(try JSONValue(parsing: Self.spaced(bytes, using: &random)) == drawn)
            #expect(skipRefusal(bytes) == nil)
        }
    }

    /// The property that stored and forwarded bytes rest on; and nothing traps.
    @Test(arguments: 0..<40)
    func `is skipped exactly when it can be read, for the same reason at the same place`(seed: UInt64) {
        var random = SplitMix64(seed: 1_000 + seed)
        for _ in 0..<150 {
            var bytes = JSONValue.random(depth: 4, using: &random).encoded
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&bytes, using: &random) }
            #expect(refusal(bytes) == skipRefusal(bytes), "\(bytes)")
        }
    }

    @Test(arguments: 0..<10)
    func `cut anywhere is never accepted as another object`(seed: UInt64) {
        var random = SplitMix64(seed: 2_000 + seed)
        let bytes = JSONValue.object([.init("a", .random(depth: 4, using: &random))]).encoded
        for length in 0..<bytes.count {
            #expect(refusal(Array(bytes.prefix(length)))?.code == .truncated)
        }
    }

    /// Puts white space where the grammar allows it: around every structural byte outside strings.
    private static func spaced(_ bytes: [UInt8], using random: inout SplitMix64) -> [UInt8] {
        var result: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            let isStructural = !isInString && Array("{}[]:,".utf8).contains(byte)
            let space: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
            if isStructural { result.append(space[Int.random(in: 0..<4, using: &random)]) }
            result.append(byte)
            if isStructural { result.append(space[Int.random(in: 0..<4, using: &random)]) }
            if byte == 0x22, !isEscaped { isInString.toggle() }
            isEscaped = isInString && byte == 0x5C && !isEscaped
        }
        return result
    }

    /// Changes, removes, repeats or inserts, with a liking for bytes that mean something.
    private static func mutate(_ bytes: inout [UInt8], using random: inout SplitMix64) {
        let meaningful =
            Array("{}[]:,\"\\u0dDe9+-.Etfn \n".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC2, 0xED, 0xF4, 0xFF]
        let byte = meaningful[Int.random(in: meaningful.indices, using: &random)]
        guard !bytes.isEmpty else {
            bytes.append(byte)
            return
        }
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = byte
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(byte, at: place)
        case 3: bytes.insert(contentsOf: bytes[place..<min(place + 12, bytes.count)], at: place)
        default: bytes.removeSubrange(place...)
        }
    }
}

extension JSONValue {
    /// Draws a value, with unusual strings and numbers, names that differ.
    fileprivate static func random(depth: Int, using random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3: return .integer(Int64.random(in: -100...100, using: &random))
        case 4: return .double(Double.random(in: -1e9...1e9, using: &random))
        case 5: return .string(text(using: &random))
        case 6:
            let count = Int.random(in: 0..<5, using: &random)
            return .array((0..<count).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            var members: [Member] = []
            let count =
                Int.random(in: 0..<100, using: &random) < 5 ? 45 : Int.random(in: 0..<6, using: &random)
            for _ in 0..<count {
                let name = text(using: &random)
                guard !members.contains(where: { Array($0.name.utf8) == Array(name.utf8) }) else { continue }
                members.append(.init(name, .random(depth: count > 20 ? 0 : depth - 1, using: &random)))
            }
            return .object(members)
        }
    }

    private static func text(using random: inout SplitMix64) -> String {
        let characters = Array("abcdefghij \"\\/\n\t\u{0}\u{7F}éß€世😀\u{2028}\u{FFFD}".unicodeScalars)
        let count = Int.random(in: 0..<24, using: &random)
        var text = String.UnicodeScalarView()
        for _ in 0..<count { text.append(characters[Int.random(in: characters.indices, using: &random)]) }
        return String(text)
    }
}

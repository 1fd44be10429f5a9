/// What a regular expression says, before it becomes a program.
indirect enum PatternTree: Hashable, Sendable {
    case empty
    /// One scalar of these.
    case scalar(ScalarClass)
    case assertion(Assertion)
    case sequence([PatternTree])
    case choice([PatternTree])
    /// From so often to so often; nil for any number of times.
    case repeated(PatternTree, Int, Int?)

    /// What must be true between two scalars.
    enum Assertion: Hashable, Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }
}

/// A set of Unicode scalars: ranges, in order and apart.
struct ScalarClass: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let highest: UInt32 = 0x10_FFFF

    /// The union of ranges in any order.
    init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard let last = merged.last,
                range.lowerBound <= last.upperBound || range.lowerBound - 1 == last.upperBound
            else {
                merged.append(range)
                continue
            }
            merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        }
        self.ranges = merged
    }

    init(_ scalar: Unicode.Scalar) {
        ranges = [scalar.value...scalar.value]
    }

    /// The only scalar in it; nil when there are others.
    var single: Unicode.Scalar? {
        guard ranges.count == 1, let range = ranges.first, range.count == 1 else { return nil }
        return Unicode.Scalar(range.lowerBound)
    }

    func contains(_ value: UInt32) -> Bool {
        // Classes have a handful of ranges.
        for range in ranges where range.lowerBound <= value { if value <= range.upperBound { return true } }
        return false
    }

    /// Everything else.
    var inverted: ScalarClass {
        var others: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { others.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.highest { others.append(next...Self.highest) }
        return ScalarClass(others)
    }

    /// The same with the other case of each ASCII letter.
    var foldingCase: ScalarClass {
        var all = ranges
        for range in ranges {
            for (letters, other) in [(0x41...0x5A, 32), (0x61...0x7A, -32)] as [(ClosedRange<Int>, Int)] {
                let low = max(Int(range.lowerBound), letters.lowerBound)
                let high = min(Int(range.upperBound), letters.upperBound)
                if low <= high { all.append(UInt32(low + other)...UInt32(high + other)) }
            }
        }
        return ScalarClass(all)
    }

    static let everything = ScalarClass([0...highest])
    static let notNewline = ScalarClass(Unicode.Scalar("\n")).inverted
    static let digits = ScalarClass([0x30...0x39])
    static let spaces = ScalarClass([0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    static let words = ScalarClass([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])

    /// The classes that stand as `[:name:]` in brackets; ASCII, as in Go.
    static let named: [String: ScalarClass] = [
        "alnum": ScalarClass([0x30...0x39, 0x41...0x5A, 0x61...0x7A]),
        "alpha": ScalarClass([0x41...0x5A, 0x61...0x7A]), "ascii": ScalarClass([0...0x7F]),
        "blank": ScalarClass([0x09...0x09, 0x20...0x20]), "cntrl": ScalarClass([0...0x1F, 0x7F...0x7F]),
        "digit": digits, "graph": ScalarClass([0x21...0x7E]), "lower": ScalarClass([0x61...0x7A]),
        "print": ScalarClass([0x20...0x7E]),
        "punct": ScalarClass([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
        "space": ScalarClass([0x09...0x0D, 0x20...0x20]), "upper": ScalarClass([0x41...0x5A]),
        "word": words, "xdigit": ScalarClass([0x30...0x39, 0x41...0x46, 0x61...0x66]),
    ]
}

extension PatternTree {
    /// A tree that is a text with perhaps an anchor at either end; nil for any other.
    var literal: (text: [UInt8], atStart: Bool, atEnd: Bool)? {
        var parts: [PatternTree]
        switch self {
        case .sequence(let items): parts = items
        case .empty: parts = []
        default: parts = [self]
        }
        let atStart = parts.first == .assertion(.textStart)
        if atStart { parts.removeFirst() }
        let atEnd = parts.last == .assertion(.textEnd)
        if atEnd { parts.removeLast() }
        var text: [UInt8] = []
        for part in parts {
            guard case .scalar(let set) = part, let scalar = set.single else { return nil }
            text += Array(String(scalar).utf8)
        }
        return (text, atStart, atEnd)
    }
}

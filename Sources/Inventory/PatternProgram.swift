/// A regular expression as instructions, run by keeping every place that it could be at (Thompson, 1968).
struct PatternProgram: Hashable, Sendable {
    private enum Instruction: Hashable, Sendable {
        case scalar(ScalarClass)
        case assertion(PatternTree.Assertion)
        case jump(Int)
        case split(Int, Int)
        case match
    }

    /// Far more than a filter by name needs, and few enough for a hundred thousand names.
    private static let most = 1_000

    private var instructions: [Instruction] = []

    init(_ tree: PatternTree) throws(PatternError) {
        try add(tree)
        try emit(.match)
    }

    private mutating func emit(_ instruction: Instruction) throws(PatternError) {
        guard instructions.count < Self.most else {
            throw PatternError(position: 0, sentence: "with its repetitions it is too large")
        }
        instructions.append(instruction)
    }

    private mutating func add(_ tree: PatternTree) throws(PatternError) {
        switch tree {
        case .empty: break
        case .scalar(let set): try emit(.scalar(set))
        case .assertion(let kind): try emit(.assertion(kind))
        case .sequence(let parts): for part in parts { try add(part) }
        case .choice(let branches):
            var ends: [Int] = []
            for branch in branches.dropLast() {
                let split = instructions.count
                try emit(.split(0, 0))
                try add(branch)
                ends.append(instructions.count)
                try emit(.jump(0))
                instructions[split] = .split(split + 1, instructions.count)
            }
            if let last = branches.last { try add(last) }
            for end in ends { instructions[end] = .jump(instructions.count) }
        case .repeated(let part, let least, let most):
            for _ in 0..<least {
                let before = instructions.count
                try add(part)
                // Nothing, however often: it would cost time and no instructions, which are what is bounded.
                if instructions.count == before { break }
            }
            guard let most else {
                let split = instructions.count
                try emit(.split(0, 0))
                try add(part)
                try emit(.jump(split))
                instructions[split] = .split(split + 1, instructions.count)
                return
            }
            var splits: [Int] = []
            for _ in least..<most {
                splits.append(instructions.count)
                try emit(.split(0, 0))
                try add(part)
            }
            for split in splits { instructions[split] = .split(split + 1, instructions.count) }
        }
    }

    /// Whether it matches anywhere in a text.
    func matches(_ text: String) -> Bool {
        var places = Places(count: instructions.count)
        var next = Places(count: instructions.count)
        var before: Unicode.Scalar?
        var stack: [Int] = []
        var rest = text.unicodeScalars.makeIterator()
        var current = rest.next()
        while true {
            // A match may begin anywhere.
            if follow(from: 0, into: &places, between: before, and: current, &stack) { return true }
            guard let scalar = current else { return false }
            next.removeAll()
            current = rest.next()
            for index in 0..<places.count {
                guard case .scalar(let set) = instructions[places[index]], set.contains(scalar.value) else {
                    continue
                }
                let isMatch = follow(
                    from: places[index] + 1, into: &next, between: scalar, and: current, &stack)
                if isMatch { return true }
            }
            before = scalar
            swap(&places, &next)
        }
    }

    /// Adds every place that is reached without a scalar, and says whether one of them is the end.
    private func follow(
        from start: Int, into places: inout Places, between before: Unicode.Scalar?,
        and after: Unicode.Scalar?,
        _ stack: inout [Int]
    ) -> Bool {
        stack.append(start)
        while let place = stack.popLast() {
            guard places.insert(place) else { continue }
            switch instructions[place] {
            case .match:
                stack.removeAll(keepingCapacity: true)
                return true
            case .jump(let target): stack.append(target)
            case .split(let one, let other):
                stack.append(other)
                stack.append(one)
            case .assertion(let kind): if Self.holds(kind, before, after) { stack.append(place + 1) }
            case .scalar: break
            }
        }
        return false
    }

    private static func holds(
        _ kind: PatternTree.Assertion, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?
    ) -> Bool {
        func isWord(_ scalar: Unicode.Scalar?) -> Bool {
            scalar.map { ScalarClass.words.contains($0.value) } ?? false
        }
        return switch kind {
        case .textStart: before == nil
        case .textEnd: after == nil
        case .lineStart: before == nil || before == "\n"
        case .lineEnd: after == nil || after == "\n"
        case .wordBoundary: isWord(before) != isWord(after)
        case .noWordBoundary: isWord(before) == isWord(after)
        }
    }
}

/// A set of instructions that is emptied at no cost (Briggs and Torczon, 1993).
private struct Places {
    private var dense: [Int]
    private var sparse: [Int]
    private(set) var count = 0

    init(count: Int) {
        dense = Array(repeating: 0, count: count)
        sparse = Array(repeating: 0, count: count)
    }

    subscript(index: Int) -> Int { dense[index] }

    /// Whether it was not there before.
    mutating func insert(_ place: Int) -> Bool {
        let known = sparse[place]
        guard known >= count || dense[known] != place else { return false }
        dense[count] = place
        sparse[place] = count
        count += 1
        return true
    }

    mutating func removeAll() { count = 0 }
}

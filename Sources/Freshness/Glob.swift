/// A pattern over a whole text: `*` any characters, `?` one, `[a-z]` or `[!a-z]` one of a set, `\` takes the next as it is.
///
/// A `[` without its `]` means itself. Matching takes at most the product of both lengths.
struct Glob {
    private enum Piece {
        case any
        case one
        case character(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isInverted: Bool)

        func takes(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .any: false
            case .one: true
            case .character(let wanted): scalar == wanted
            case .set(let ranges, let isInverted): ranges.contains { $0.contains(scalar) } != isInverted
            }
        }
    }

    private let pieces: [Piece]

    init(_ pattern: String) {
        let text = Array(pattern.unicodeScalars)
        var pieces: [Piece] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case "*":
                if case .any = pieces.last {} else { pieces.append(.any) }
            case "?": pieces.append(.one)
            case "\\" where index + 1 < text.count:
                index += 1
                pieces.append(.character(text[index]))
            case "[":
                if let (set, end) = Self.set(text, from: index + 1) {
                    pieces.append(set)
                    index = end
                } else {
                    pieces.append(.character("["))
                }
            default: pieces.append(.character(text[index]))
            }
            index += 1
        }
        self.pieces = pieces
    }

    func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var (place, index) = (0, 0)
        // Where the last `*` is, and what it has taken so far.
        var star: (place: Int, index: Int)?
        while index < text.count {
            if place < pieces.count, case .any = pieces[place] {
                star = (place, index)
                place += 1
            } else if place < pieces.count, pieces[place].takes(text[index]) {
                place += 1
                index += 1
            } else if let last = star {
                star = (last.place, last.index + 1)
                (place, index) = (last.place + 1, last.index + 1)
            } else {
                return false
            }
        }
        if place < pieces.count, case .any = pieces[place] { place += 1 }
        return place == pieces.count
    }

    /// What stands between brackets, and where the closing one is; a `]` right behind the opening one means itself.
    private static func set(_ text: [Unicode.Scalar], from start: Int) -> (Piece, end: Int)? {
        var index = start
        let isInverted = index < text.count && (text[index] == "!" || text[index] == "^")
        if isInverted { index += 1 }
        let first = index
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while index < text.count {
            if text[index] == "]", index > first { return (.set(ranges, isInverted: isInverted), index) }
            let low = text[index]
            if index + 2 < text.count, text[index + 1] == "-", text[index + 2] != "]" {
                if low <= text[index + 2] { ranges.append(low...text[index + 2]) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return nil
    }
}

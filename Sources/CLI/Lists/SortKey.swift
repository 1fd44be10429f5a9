/// What a row is sorted by.
enum SortKey: Sendable {
    case number(Int64)
    /// Compared as people count: `web2` before `web10`.
    case text(String)

    /// How two keys stand to each other: negative, zero or positive as the first one is before, equal or behind.
    static func compare(_ one: SortKey, _ other: SortKey) -> Int {
        switch (one, other) {
        case (.number(let one), .number(let other)): one < other ? -1 : one > other ? 1 : 0
        case (.text(let one), .text(let other)): naturally(one, other)
        case (.number, .text): -1
        case (.text, .number): 1
        }
    }

    /// Compares texts with their runs of digits as numbers, and without regard to case at first.
    static func naturally(_ one: String, _ other: String) -> Int {
        let (left, right) = (Array(one.utf8), Array(other.utf8))
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if isDigit(left[i]), isDigit(right[j]) {
                let (first, second) = (digits(left, &i), digits(right, &j))
                if first.count != second.count { return first.count < second.count ? -1 : 1 }
                if first != second { return first.lexicographicallyPrecedes(second) ? -1 : 1 }
                continue
            }
            let (first, second) = (lower(left[i]), lower(right[j]))
            if first != second { return first < second ? -1 : 1 }
            i += 1
            j += 1
        }
        if left.count - i != right.count - j { return left.count - i < right.count - j ? -1 : 1 }
        return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    /// A run of digits without zeros before it.
    private static func digits(_ text: [UInt8], _ place: inout Int) -> ArraySlice<UInt8> {
        while place < text.count, text[place] == 0x30 { place += 1 }
        let start = place
        while place < text.count, isDigit(text[place]) { place += 1 }
        return text[start..<place]
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
}

/// One part of `--sort-by`: a column, and whether the greatest comes first.
struct SortField: Hashable {
    let name: String
    let isDescending: Bool

    /// Reads `name,-created`.
    ///
    /// - Throws: A usage error that lists what can be sorted by.
    static func parse(_ text: String, known: [String]) throws(Failure) -> [SortField] {
        var fields: [SortField] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = String(part.drop { $0 == "-" || $0 == "+" }).lowercased()
            guard known.contains(name), part.utf8.count - name.utf8.count <= 1 else {
                throw Failure(
                    .usage,
                    """
                    --sort-by can't sort by `\(part)`. It knows \(known.joined(separator: ", ")), with commas \
                    between several and - before one that is to be descending.
                    """)
            }
            fields.append(SortField(name: name, isDescending: part.hasPrefix("-")))
        }
        return fields
    }
}

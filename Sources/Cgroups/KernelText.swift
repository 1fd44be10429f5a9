/// Reads the texts in which the kernel gives numbers; what isn't a number that fits is nil, never a trap.
enum KernelText {
    /// The digits at `place`, which ends behind them; nil without a digit or past `Int64.max`.
    ///
    /// A space or a newline must follow, so that a number that was cut off isn't taken for a smaller one.
    static func number(_ text: Span<UInt8>, at place: inout Int) -> Int64? {
        let start = place
        var number: Int64 = 0
        var fits = true
        while place < text.count, case let digit = text[place] &- 0x30, digit < 10 {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = product.addingReportingOverflow(Int64(digit))
            if overflow || overflowed { fits = false }
            number = sum
            place += 1
        }
        guard place > start, fits, place < text.count else { return nil }
        return text[place] == space || text[place] == newline ? number : nil
    }

    /// A file that holds one number and nothing else.
    static func wholeNumber(_ text: Span<UInt8>) -> Int64? {
        var place = 0
        guard let number = number(text, at: &place) else { return nil }
        return place + 1 == text.count && text[place] == newline ? number : nil
    }

    /// The number behind `key ` at the beginning of a line.
    static func value(of key: [UInt8], in text: Span<UInt8>) -> Int64? {
        var place = 0
        while place < text.count {
            let start = place
            if matches(key, text, at: &place), place < text.count, text[place] == space {
                place += 1
                return number(text, at: &place)
            }
            place = start
            skipLine(text, &place)
        }
        return nil
    }

    /// Whether `word` stands at `place`, which is then behind it.
    static func matches(_ word: [UInt8], _ text: Span<UInt8>, at place: inout Int) -> Bool {
        guard text.count - place >= word.count else { return false }
        for index in word.indices where text[place + index] != word[index] { return false }
        place += word.count
        return true
    }

    /// Goes behind the next newline, or to the end.
    static func skipLine(_ text: Span<UInt8>, _ place: inout Int) {
        while place < text.count, text[place] != newline { place += 1 }
        if place < text.count { place += 1 }
    }

    /// Goes behind spaces.
    static func skipSpaces(_ text: Span<UInt8>, _ place: inout Int) {
        while place < text.count, text[place] == space { place += 1 }
    }

    /// Goes behind what is neither space nor newline.
    static func skipWord(_ text: Span<UInt8>, _ place: inout Int) {
        while place < text.count, text[place] != space, text[place] != newline { place += 1 }
    }

    static let newline = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
}

extension KernelText {
    /// Whether `word` stands anywhere in the text.
    static func contains(_ word: [UInt8], in text: Span<UInt8>) -> Bool {
        var place = 0
        while place < text.count {
            if text[place] == word[0] {
                var end = place
                if matches(word, text, at: &end) { return true }
            }
            place += 1
        }
        return false
    }

    /// The whole text as a string; what is no UTF-8 is replaced.
    static func string(_ text: Span<UInt8>) -> String {
        unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

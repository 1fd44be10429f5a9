import JSON

// Texts by their numbers, copied from the arena into the answer without a `String` in between.
extension JSONWriter {
    mutating func string(text number: UInt32, in strings: Strings) {
        strings.read(number) { string(utf8: $0) }
    }

    mutating func member(_ name: StaticString, text number: UInt32, in strings: Strings) {
        key(name)
        string(text: number, in: strings)
    }

    mutating func key(text number: UInt32, in strings: Strings) {
        strings.read(number) { key(utf8: $0) }
    }
}

import Inventory
import JSON

/// An object that is a member, begun with its first member and left out when there is none.
struct LazyObject {
    private let name: StaticString
    private var isOpen = false

    init(_ name: StaticString) {
        self.name = name
    }

    /// To be called before each member.
    mutating func open(_ writer: inout JSONWriter) {
        guard !isOpen else { return }
        isOpen = true
        writer.key(name)
        writer.beginObject()
    }

    /// To be called after the last member.
    func close(_ writer: inout JSONWriter) {
        if isOpen { writer.endObject() }
    }
}

/// Up to 64 ASCII characters, put together without an allocation.
struct ShortText {
    private var characters: [64 of UInt8] = .init(repeating: 0)
    private var count = 0

    /// Appends an id's 64 digits.
    mutating func append(_ id: ContainerID) {
        append(hexadecimal: id.words.0)
        append(hexadecimal: id.words.1)
        append(hexadecimal: id.words.2)
        append(hexadecimal: id.words.3)
    }

    /// Appends an address in dotted form.
    mutating func append(ipv4 address: UInt32) {
        var shift: UInt32 = 32
        while shift > 0 {
            shift -= 8
            let part = UInt8(truncatingIfNeeded: address >> shift)
            if part > 99 { append(0x30 + part / 100) }
            if part > 9 { append(0x30 + part / 10 % 10) }
            append(0x30 + part % 10)
            if shift > 0 { append(0x2E) }
        }
    }

    func write(to writer: inout JSONWriter) {
        unsafe characters.span.withUnsafeBufferPointer { all in
            unsafe writer.string(utf8: UnsafeBufferPointer(rebasing: all[..<count]))
        }
    }

    private mutating func append(hexadecimal word: UInt64) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: word >> shift) & 15
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    private mutating func append(_ character: UInt8) {
        characters[count] = character
        count += 1
    }
}

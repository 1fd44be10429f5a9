/// The names of all open objects, to tell when one comes twice.
///
/// Up to 32 names of an object are compared with one another; more go into a table that is hashed with a
/// secret of the process, so that no choice of names makes it slow.
struct NameStack: Sendable {
    /// One name: where it stands, and what it is compared by first.
    private struct Name: Sendable {
        let range: Range<Int>
        /// Whether the range is one of `unescaped` rather than of the text.
        let isUnescaped: Bool
        var mark: UInt64
    }

    /// Slots hold a name's index plus one; 0 = free. At least half of them are free.
    private struct Table: Sendable {
        var slots: [Int32]
    }

    private static let plainLimit = 32

    private var names: [Name] = []
    private var tables: [Table] = []
    /// The bytes of names that were written with escapes.
    private var unescaped: [UInt8] = []

    /// How many names there are: where the names of the next object begin.
    var count: Int { names.count }

    /// Notes a name that stands in the text as it is; false when the object has it already.
    mutating func insert(_ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>, after first: Int) -> Bool {
        unsafe insert(Name(range: range, isUnescaped: false, mark: Self.mark(text, range)), text, first)
    }

    /// Notes a name by its bytes after unescaping.
    mutating func insert(unescaped bytes: [UInt8], of text: UnsafeBufferPointer<UInt8>, after first: Int) -> Bool {
        let start = unescaped.count
        unescaped += bytes
        let range = start..<unescaped.count
        let mark = unsafe unescaped.withUnsafeBufferPointer { unsafe Self.mark($0, range) }
        return unsafe insert(Name(range: range, isUnescaped: true, mark: mark), text, first)
    }

    /// Forgets the names of an object that ends.
    mutating func removeAll(after first: Int) {
        if names.count - first > Self.plainLimit { tables.removeLast() }
        names.removeSubrange(first...)
        if names.isEmpty { unescaped.removeAll(keepingCapacity: true) }
    }

    private mutating func insert(_ name: Name, _ text: UnsafeBufferPointer<UInt8>, _ first: Int) -> Bool {
        var name = name
        let count = names.count - first
        guard count >= Self.plainLimit else {
            for index in first..<names.count where names[index].mark == name.mark {
                if unsafe isEqual(names[index], name, text) { return false }
            }
            names.append(name)
            return true
        }
        if count == Self.plainLimit {
            tables.append(Table(slots: []))
            for index in first..<names.count { names[index].mark = unsafe hash(names[index], text) }
        }
        name.mark = unsafe hash(name, text)
        if (count + 1) * 2 > tables[tables.count - 1].slots.count { grow(first) }
        return unsafe enter(name, text)
    }

    /// Puts a name into the uppermost table and at the end.
    private mutating func enter(_ name: Name, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let top = tables.count - 1
        let mask = tables[top].slots.count - 1
        var slot = Int(truncatingIfNeeded: name.mark) & mask
        while true {
            let entry = Int(tables[top].slots[slot])
            if entry == 0 { break }
            if names[entry - 1].mark == name.mark, unsafe isEqual(names[entry - 1], name, text) { return false }
            slot = (slot + 1) & mask
        }
        names.append(name)
        tables[top].slots[slot] = Int32(names.count)
        return true
    }

    private mutating func grow(_ first: Int) {
        let top = tables.count - 1
        let size = max(64, tables[top].slots.count * 4)
        var slots = [Int32](repeating: 0, count: size)
        for index in first..<names.count {
            var slot = Int(truncatingIfNeeded: names[index].mark) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index + 1)
        }
        tables[top].slots = slots
    }

    private func isEqual(_ one: Name, _ other: Name, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard one.range.count == other.range.count else { return false }
        return unsafe unescaped.withUnsafeBufferPointer { unescaped in
            let left = unsafe one.isUnescaped ? unescaped : text
            let right = unsafe other.isUnescaped ? unescaped : text
            return unsafe left[one.range].elementsEqual(right[other.range])
        }
    }

    private func hash(_ name: Name, _ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hasher = Hasher()
        unsafe unescaped.withUnsafeBufferPointer { unescaped in
            let place = unsafe name.isUnescaped ? unescaped : text
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(place)[name.range]))
        }
        return UInt64(truncatingIfNeeded: hasher.finalize())
    }

    /// The first and last eight bytes and the length, mixed: different for nearly all names of one object.
    private static func mark(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(text)
        guard range.count >= 8 else {
            var mark = UInt64(range.count)
            for index in range { mark = unsafe mark << 8 | UInt64(raw[index]) }
            return mark
        }
        let first = unsafe raw.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
        let last = unsafe raw.loadUnaligned(fromByteOffset: range.upperBound - 8, as: UInt64.self)
        return first ^ (last << 23 | last >> 41) &+ UInt64(range.count) &* 0x9E37_79B9_7F4A_7C15
    }
}

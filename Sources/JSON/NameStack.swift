/// The names of all open objects, to tell when one comes twice.
///
/// Up to 32 names of an object are compared with one another; more go into a table that is hashed with a secret of
/// the process, so that no choice of names makes it slow.
struct NameStack: Sendable {
    /// One name: what it is compared by first, and where it stands.
    private struct Name: Sendable {
        var mark: UInt64
        let lower: Int
        /// Negative when the place is one in `unescaped` rather than in the text.
        let signedCount: Int

        var isUnescaped: Bool { signedCount < 0 }
        var range: Range<Int> { lower..<lower + (signedCount < 0 ? ~signedCount : signedCount) }
    }

    /// Slots hold a name's index plus one, or 0 when free; at least half of them are free.
    private struct Table: Sendable {
        var slots: [Int32] = []
    }

    private static let plainLimit = 32

    private var names: [Name] = []
    private var tables: [Table] = []
    /// The bytes of names that were written with escapes.
    private var unescaped: [UInt8] = []

    /// How many names there are: where the names of the next object begin.
    var count: Int { names.count }

    /// Notes a name; false when the object whose names begin at `first` has it already.
    @inline(__always)
    mutating func insert(_ place: ScanText.StringPlace, of text: ScanText, after first: Int) -> Bool {
        guard !place.isEscaped else { return insertUnescaped(text.unescaped(place.content), text, first) }
        let name = Name(
            mark: unsafe Self.mark(text[place.content]), lower: place.content.lowerBound,
            signedCount: place.content.count)
        return insert(name, text, first)
    }

    /// Forgets the names of an object that ends.
    @inline(__always)
    mutating func removeAll(after first: Int) {
        let count = names.count - first
        if count > Self.plainLimit { tables.removeLast() }
        names.removeLast(count)
        if first == 0, !unescaped.isEmpty { unescaped.removeAll(keepingCapacity: true) }
    }

    private mutating func insertUnescaped(_ bytes: [UInt8], _ text: ScanText, _ first: Int) -> Bool {
        let lower = unescaped.count
        unescaped += bytes
        let mark = unsafe bytes.withUnsafeBufferPointer { unsafe Self.mark($0) }
        return insert(Name(mark: mark, lower: lower, signedCount: ~bytes.count), text, first)
    }

    private mutating func insert(_ name: Name, _ text: ScanText, _ first: Int) -> Bool {
        guard names.count - first < Self.plainLimit else { return enter(name, text, first) }
        for index in first..<names.count where names[index].mark == name.mark {
            if isEqual(names[index], name, text) { return false }
        }
        names.append(name)
        return true
    }

    /// Puts a name into the object's table, the uppermost one, which begins with the thirty-third name.
    private mutating func enter(_ name: Name, _ text: ScanText, _ first: Int) -> Bool {
        var name = name
        name.mark = hash(name, text)
        let count = names.count - first
        if count == Self.plainLimit {
            tables.append(Table())
            for index in first..<names.count { names[index].mark = hash(names[index], text) }
        }
        let top = tables.count - 1
        if (count + 1) * 2 > tables[top].slots.count { grow(first) }
        let mask = tables[top].slots.count - 1
        var slot = Int(truncatingIfNeeded: name.mark) & mask
        while tables[top].slots[slot] != 0 {
            let other = names[Int(tables[top].slots[slot]) - 1]
            if other.mark == name.mark, isEqual(other, name, text) { return false }
            slot = (slot + 1) & mask
        }
        names.append(name)
        tables[top].slots[slot] = Int32(names.count)
        return true
    }

    private mutating func grow(_ first: Int) {
        let top = tables.count - 1
        let size = max(128, tables[top].slots.count * 4)
        var slots = [Int32](repeating: 0, count: size)
        for index in first..<names.count {
            var slot = Int(truncatingIfNeeded: names[index].mark) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index + 1)
        }
        tables[top].slots = slots
    }

    private func isEqual(_ one: Name, _ other: Name, _ text: ScanText) -> Bool {
        guard one.range.count == other.range.count else { return false }
        for offset in 0..<one.range.count where byte(offset, of: one, text) != byte(offset, of: other, text) {
            return false
        }
        return true
    }

    private func byte(_ offset: Int, of name: Name, _ text: ScanText) -> UInt8 {
        name.isUnescaped ? unescaped[name.lower + offset] : text[name.lower + offset]
    }

    private func hash(_ name: Name, _ text: ScanText) -> UInt64 {
        var hasher = Hasher()
        if name.isUnescaped {
            unsafe unescaped.withUnsafeBytes { bytes in
                unsafe hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes[name.range]))
            }
        } else {
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(text[name.range]))
        }
        return UInt64(truncatingIfNeeded: hasher.finalize())
    }

    /// The first and last eight bytes and the length, mixed: different for nearly all names of one object.
    @inline(__always)
    private static func mark(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(name)
        guard raw.count >= 8 else {
            var mark = UInt64(raw.count)
            for index in raw.indices { mark = unsafe mark << 8 | UInt64(raw[index]) }
            return mark
        }
        let first = unsafe raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        let last = unsafe raw.loadUnaligned(fromByteOffset: raw.count - 8, as: UInt64.self)
        return first ^ (last << 23 | last >> 41) &+ UInt64(raw.count) &* 0x9E37_79B9_7F4A_7C15
    }
}

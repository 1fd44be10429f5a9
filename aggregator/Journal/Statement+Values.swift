import Inventory
import SQLite
import Wire

extension Statement {
    /// Binds an id as its 32 bytes.
    func bind(_ id: ContainerID, at index: Int32) throws(SQLiteError) {
        var bytes = [32 of UInt8](repeating: 0)
        let words = id.words
        for byte in 0..<8 {
            let shift = UInt64(56 - 8 * byte)
            bytes[byte] = UInt8(truncatingIfNeeded: words.0 >> shift)
            bytes[8 + byte] = UInt8(truncatingIfNeeded: words.1 >> shift)
            bytes[16 + byte] = UInt8(truncatingIfNeeded: words.2 >> shift)
            bytes[24 + byte] = UInt8(truncatingIfNeeded: words.3 >> shift)
        }
        try bind(bytes.span, at: index)
    }

    /// Binds a facet's change as the log keeps it: NULL, an empty blob, or the value.
    func bind(_ change: FacetChange, at index: Int32) throws(SQLiteError) {
        switch change {
        case .untouched: try bindNull(at: index)
        case .deleted: try bind([UInt8](), at: index)
        case .value(let bytes): try bind(bytes, at: index)
        }
    }

    /// Binds a facet's value as the table of containers keeps it: NULL when there is none.
    func bindValue(_ change: FacetChange, at index: Int32) throws(SQLiteError) {
        if case .value(let bytes) = change { try bind(bytes, at: index) } else { try bindNull(at: index) }
    }

    /// The column as an id; nil when it isn't 32 bytes.
    func containerID(_ column: Int32) -> ContainerID? {
        withBytes(column) { bytes in
            guard bytes.count == 32 else { return nil }
            func word(_ start: Int) -> UInt64 {
                var word: UInt64 = 0
                for place in start..<start + 8 { word = word << 8 | UInt64(bytes[place]) }
                return word
            }
            return ContainerID(words: (word(0), word(8), word(16), word(24)))
        }
    }

    /// The column's bytes in one copy, nil when it is NULL.
    func bytes(_ column: Int32) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        return withBytes(column) { bytes in
            unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        }
    }

    /// The column as a facet's change in the log.
    func facetChange(_ column: Int32) -> FacetChange {
        guard let bytes = bytes(column) else { return .untouched }
        return bytes.isEmpty ? .deleted : .value(bytes)
    }

    /// Four columns from `first` as a container's facets.
    func facets(_ first: Int32) -> EncodedContainer {
        var container = EncodedContainer()
        for facet in Facet.allCases { container[facet] = bytes(first + Int32(facet.index)) }
        return container
    }

    /// The nine columns of `change` in their order as an event; nil when they make no sense.
    func changeEvent() -> ChangeEvent? {
        guard let id = containerID(3), let host = UInt32(exactly: int64(2)) else { return nil }
        let kind: ContainerChange.Kind
        if let cause = RemovalCause(stored: int64(4)) {
            kind = .removed(cause)
        } else {
            var facets = FacetChanges()
            for facet in Facet.allCases { facets[facet] = facetChange(5 + Int32(facet.index)) }
            kind = .put(facets)
        }
        return ChangeEvent(
            revision: int64(0), at: int64(1), host: HostKey(rawValue: host),
            change: ContainerChange(id: id, kind: kind))
    }
}

extension RemovalCause {
    /// The number in the column `kind`; 0 there is a put.
    var stored: Int64 {
        switch self {
        case .destroyed: 1
        case .absent: 2
        case .forgotten: 3
        }
    }

    init?(stored number: Int64) {
        switch number {
        case 1: self = .destroyed
        case 2: self = .absent
        case 3: self = .forgotten
        default: return nil
        }
    }
}

extension Facet {
    /// The column's name, in `change` and in `container`.
    var column: String { rawValue }
}

extension Epoch {
    /// The epoch as 16 bytes, most significant first.
    var stored: [UInt8] { [UInt8](bigEndian: high) + [UInt8](bigEndian: low) }

    init?(stored bytes: [UInt8]) {
        guard let words = bytes.bigEndianWords else { return nil }
        self.init(high: words.0, low: words.1)
    }
}

extension SipHash.Key {
    /// The key as 16 bytes.
    var stored: [UInt8] { [UInt8](bigEndian: high) + [UInt8](bigEndian: low) }

    init?(stored bytes: [UInt8]) {
        guard let words = bytes.bigEndianWords else { return nil }
        self.init(low: words.1, high: words.0)
    }
}

extension [UInt8] {
    fileprivate init(bigEndian word: UInt64) {
        self = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }

    fileprivate var bigEndianWords: (UInt64, UInt64)? {
        guard count == 16 else { return nil }
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return (word(self[..<8]), word(self[8...]))
    }
}

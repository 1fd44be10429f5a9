/// Bytes that have come and were not read yet, taken out as lines or as they are.
struct LineBuffer: Sendable {
    enum Line {
        /// Without its CR LF.
        case line(ArraySlice<UInt8>)
        case incomplete
        /// A CR without LF or an LF without CR, which other readers would understand differently.
        case bareEnd
        case tooLong
    }

    private var bytes: [UInt8] = []
    private var position = 0
    /// Up to here there is no line's end; not searched again.
    private var searched = 0

    var isEmpty: Bool { position == bytes.count }

    mutating func append(_ more: [UInt8]) {
        if isEmpty {
            bytes = more
        } else {
            bytes.removeSubrange(..<position)
            bytes += more
        }
        searched = max(0, searched - position)
        position = 0
    }

    /// Takes a line of at most `limit` bytes, its CR LF included.
    ///
    /// Decides byte by byte, so that the answer does not depend on how the bytes came.
    mutating func takeLine(limit: Int) -> Line {
        var index = max(position, searched)
        defer { searched = max(position, index) }
        while index < bytes.count {
            switch bytes[index] {
            case 0x0a:
                return .bareEnd
            case 0x0d:
                guard index - position + 2 <= limit else { return .tooLong }
                guard index + 1 < bytes.count else { return .incomplete }
                guard bytes[index + 1] == 0x0a else { return .bareEnd }
                let line = bytes[position..<index]
                position = index + 2
                return .line(line)
            default:
                guard index - position + 3 <= limit else { return .tooLong }
                index += 1
            }
        }
        return .incomplete
    }

    /// Takes what is there, at most `limit` bytes; nil when there is nothing.
    mutating func take(atMost limit: Int) -> [UInt8]? {
        guard !isEmpty else { return nil }
        let end = bytes.count - position > limit ? position + limit : bytes.count
        defer {
            position = end
            searched = end
        }
        if position == 0, end == bytes.count { return bytes }
        return Array(bytes[position..<end])
    }
}

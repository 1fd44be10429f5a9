/// Cuts a JSON array that arrives in pieces into its elements, so that only one element is in memory at a time.
///
/// It finds the boundaries only; each element is checked by the strict reader that reads it.
struct ArraySplitter {
    /// One element of the array.
    enum Element: Hashable {
        case whole([UInt8])
        /// Longer than the limit: its first bytes.
        case tooLong(prefix: [UInt8])
    }

    /// Why the text is not an array.
    enum Problem: Error, Hashable {
        case notAnArray
        case cutShort
        case bytesAfterTheEnd
    }

    private enum Place {
        case beforeArray
        case betweenElements
        case inElement
        case afterArray
    }

    /// How much is kept of an element that is too long: enough for its id.
    static let prefix = 1_024

    private let limit: Int
    private var place = Place.beforeArray
    private var element: [UInt8] = []
    private var length = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next piece and hands every element that ends in it to `body`.
    mutating func append<E: Error>(
        _ bytes: [UInt8], _ body: (Element) throws(E) -> Void
    ) throws(E) -> Problem? {
        for byte in bytes {
            switch place {
            case .beforeArray:
                if byte == 0x5B {
                    place = .betweenElements
                } else if !Self.isSpace(byte) {
                    return .notAnArray
                }
            case .afterArray:
                guard Self.isSpace(byte) else { return .bytesAfterTheEnd }
            case .betweenElements:
                if byte == 0x5D {
                    place = .afterArray
                } else if !Self.isSpace(byte), byte != 0x2C {
                    place = .inElement
                    take(byte)
                }
            case .inElement:
                if !isInString, depth == 0, byte == 0x2C || byte == 0x5D {
                    let ended = end()
                    place = byte == 0x2C ? .betweenElements : .afterArray
                    try body(ended)
                } else {
                    take(byte)
                }
            }
        }
        return nil
    }

    /// Says what is missing when no more bytes come; nil when the array was whole.
    var problemAtEnd: Problem? { place == .afterArray ? nil : .cutShort }

    private mutating func take(_ byte: UInt8) {
        length += 1
        if length <= limit {
            element.append(byte)
        } else if length == limit + 1 {
            element = Array(element.prefix(Self.prefix))
        }
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                isInString = false
            }
            return
        }
        switch byte {
        case 0x22: isInString = true
        case 0x7B, 0x5B: depth += 1
        case 0x7D, 0x5D: depth -= 1
        default: break
        }
    }

    private mutating func end() -> Element {
        defer {
            element = []
            length = 0
        }
        return length > limit ? .tooLong(prefix: element) : .whole(element)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}

/// Prints values as Go's package `fmt`.
struct Printer {
    /// What stands between `%` and the verb.
    private struct Flags {
        var isLeft = false
        var hasPlus = false
        var isSharp = false
        var hasSpace = false
        var hasZeros = false
        var width: Int?
        var precision: Int?
    }

    private let workshop: Workshop
    private var flags = Flags()

    /// The widest and most precise that may be asked for, as Go's own limit.
    private static let widest = 1_000_000

    init(_ workshop: Workshop) { self.workshop = workshop }

    /// A value as `print` shows it (`%v`).
    func text(_ value: Value) -> [UInt8] {
        var plain = self
        plain.flags = Flags()
        return plain.written(value, "v")
    }

    /// Texts by a format (`fmt.Sprintf`).
    mutating func format(
        _ format: [UInt8], _ arguments: [Value], _ workshop: inout Workshop
    ) throws(Function.Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        var place = 0
        var next = 0
        var isReordered = false
        while place < format.count {
            guard format[place] == UInt8(ascii: "%") else {
                bytes.append(format[place])
                place += 1
                continue
            }
            place += 1
            flags = Flags()
            var isGood = true
            readFlags(format, &place)
            isGood = readIndex(format, &place, &next, &isReordered, arguments.count) && isGood
            if let problem = readStar(format, &place, &next, arguments, isWidth: true) { bytes += problem }
            if place < format.count, format[place] == UInt8(ascii: ".") {
                place += 1
                isGood = readIndex(format, &place, &next, &isReordered, arguments.count) && isGood
                flags.precision = 0
                if let problem = readStar(format, &place, &next, arguments, isWidth: false) {
                    bytes += problem
                }
            }
            isGood = readIndex(format, &place, &next, &isReordered, arguments.count) && isGood
            guard let (verb, length) = scalar(in: format, at: place) else {
                bytes += "%!(NOVERB)".utf8
                break
            }
            place += length
            try workshop.make(bytes: max(flags.width ?? 0, flags.precision ?? 0) + bytes.count / 8)
            if verb == "%" {
                bytes.append(UInt8(ascii: "%"))
            } else if !isGood {
                bytes += "%!\(verb)(BADINDEX)".utf8
            } else if next >= arguments.count {
                bytes += "%!\(verb)(MISSING)".utf8
            } else {
                // With `v` these two ask for a form of structs, and don't mean numbers.
                if verb == "v" { flags.hasPlus = false }
                bytes +=
                    verb == "T"
                    ? padded(Array(arguments[next].typeName.utf8)) : written(arguments[next], verb)
                next += 1
            }
        }
        guard !isReordered, next < arguments.count else { return bytes }
        bytes += "%!(EXTRA ".utf8
        for (index, argument) in arguments[next...].enumerated() {
            if index > 0 { bytes += ", ".utf8 }
            if case .none = argument {
                bytes += "<nil>".utf8
            } else {
                bytes += "\(argument.typeName)=".utf8
                bytes += text(argument)
            }
        }
        return bytes + ")".utf8
    }

    // MARK: What stands before the verb

    private mutating func readFlags(_ format: [UInt8], _ place: inout Int) {
        while place < format.count {
            switch format[place] {
            case UInt8(ascii: "#"): flags.isSharp = true
            case UInt8(ascii: "0"): flags.hasZeros = !flags.isLeft
            case UInt8(ascii: "+"): flags.hasPlus = true
            case UInt8(ascii: " "): flags.hasSpace = true
            case UInt8(ascii: "-"):
                flags.isLeft = true
                flags.hasZeros = false
            default: return
            }
            place += 1
        }
    }

    /// Reads `[2]`, which says that the second argument is next; false when there is none such.
    private func readIndex(
        _ format: [UInt8], _ place: inout Int, _ next: inout Int, _ isReordered: inout Bool, _ count: Int
    ) -> Bool {
        guard place < format.count, format[place] == UInt8(ascii: "[") else { return true }
        isReordered = true
        guard let end = format[place...].firstIndex(of: UInt8(ascii: "]")) else {
            place += 1
            return false
        }
        let number = Int(String(decoding: format[place + 1..<end], as: UTF8.self))
        place = end + 1
        guard let number, (1...max(count, 1)).contains(number), number <= count else { return false }
        next = number - 1
        return true
    }

    /// Reads a width or precision, or takes it from an argument for `*`; what is wrong with that.
    private mutating func readStar(
        _ format: [UInt8], _ place: inout Int, _ next: inout Int, _ arguments: [Value], isWidth: Bool
    ) -> [UInt8]? {
        guard place < format.count, format[place] == UInt8(ascii: "*") else {
            let digits = format[place...].prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            place += digits.count
            guard let number = Int(String(decoding: digits, as: UTF8.self)), number <= Self.widest else {
                return nil
            }
            if isWidth { flags.width = number } else { flags.precision = number }
            return nil
        }
        place += 1
        var number: Int64?
        if next < arguments.count, case .int(let value) = arguments[next] { number = value }
        next += 1
        guard let number, number.magnitude <= UInt64(Self.widest), isWidth || number >= 0 else {
            if !isWidth { flags.precision = nil }
            return Array((isWidth ? "%!(BADWIDTH)" : "%!(BADPREC)").utf8)
        }
        if isWidth {
            flags.width = Int(number.magnitude)
            if number < 0 {
                flags.isLeft = true
                flags.hasZeros = false
            }
        } else {
            flags.precision = Int(number)
        }
        return nil
    }

    // MARK: Values

    private func written(_ value: Value, _ verb: Unicode.Scalar) -> [UInt8] {
        switch value {
        case .none: return verb == "v" ? padded(Array("<nil>".utf8)) : Array("%!\(verb)(<nil>)".utf8)
        case .bool(let value):
            return verb == "t" || verb == "v" ? padded(Array("\(value)".utf8)) : mismatch(.bool(value), verb)
        case .int(let number): return integer(number.magnitude, number < 0, verb) ?? mismatch(value, verb)
        case .byte(let number): return integer(UInt64(number), false, verb) ?? mismatch(value, verb)
        case .float(let number): return float(number, verb) ?? mismatch(value, verb)
        case .text(let text): return string(workshop.bytes(text), verb) ?? mismatch(value, verb)
        case .list(let elements):
            return [UInt8(ascii: "[")]
                + elements.map { written($0, verb) }.joined(separator: [0x20]) + [UInt8(ascii: "]")]
        case .map(let map):
            let entries = map.entries.map { entry in
                written(.foreign(entry.key), verb) + [UInt8(ascii: ":")] + written(entry.value, verb)
            }
            return Array("map[".utf8) + entries.joined(separator: [0x20]) + [UInt8(ascii: "]")]
        case .record(let record):
            let fields = record.kind.fields.map { written(record[$0] ?? .none, verb) }
            return [UInt8(ascii: "{")] + fields.joined(separator: [0x20]) + [UInt8(ascii: "}")]
        }
    }

    private func mismatch(_ value: Value, _ verb: Unicode.Scalar) -> [UInt8] {
        Array("%!\(verb)(\(value.typeName)=".utf8) + text(value) + [UInt8(ascii: ")")]
    }

    private func padded(_ bytes: [UInt8], zeros: Bool? = nil) -> [UInt8] {
        guard let width = flags.width else { return bytes }
        var count = 0
        var place = 0
        while let (_, length) = scalar(in: bytes, at: place) {
            place += length
            count += 1
        }
        guard count < width else { return bytes }
        let fill = zeros ?? flags.hasZeros ? UInt8(ascii: "0") : 0x20
        let padding = Array(repeating: fill, count: width - count)
        return flags.isLeft ? bytes + Array(repeating: 0x20, count: width - count) : padding + bytes
    }

    private func string(_ bytes: [UInt8], _ verb: Unicode.Scalar) -> [UInt8]? {
        var bytes = bytes
        if let precision = flags.precision, verb != "x", verb != "X" {
            var place = 0
            for _ in 0..<precision {
                guard let (_, length) = scalar(in: bytes, at: place) else { break }
                place += length
            }
            bytes = Array(bytes[..<place])
        }
        switch verb {
        case "v" where flags.isSharp: return padded(Array(quoted(bytes).utf8))
        case "s", "v": return padded(bytes)
        case "q":
            let isRaw = flags.isSharp && !bytes.contains { $0 == 0x60 || $0 < 0x20 && $0 != 9 || $0 == 0x7F }
            let text = isRaw ? [0x60] + bytes + [0x60] : Array(quoted(bytes, onlyASCII: flags.hasPlus).utf8)
            return padded(text)
        case "x", "X":
            if let precision = flags.precision { bytes = Array(bytes.prefix(precision)) }
            var text = bytes.map { hexadecimal(UInt32($0), digits: 2) }
            let prefix = flags.isSharp && !text.isEmpty ? "0x" : ""
            if flags.hasSpace {
                text = text.enumerated().map { $0.offset > 0 ? " " + prefix + $0.element : $0.element }
            }
            let whole = prefix + text.joined()
            return padded(Array((verb == "X" ? whole.uppercased() : whole).utf8))
        default: return nil
        }
    }

    private func integer(_ magnitude: UInt64, _ isNegative: Bool, _ verb: Unicode.Scalar) -> [UInt8]? {
        let radix: Int
        switch verb {
        case "v", "d": radix = 10
        case "b": radix = 2
        case "o", "O": radix = 8
        case "x", "X": radix = 16
        case "c", "q", "U":
            let letter = isNegative ? nil : UInt32(exactly: magnitude).flatMap(Unicode.Scalar.init)
            if verb == "U" {
                let code = isNegative ? 0 &- magnitude : magnitude
                let digits = String(code, radix: 16, uppercase: true)
                let zeros = String(
                    repeating: "0", count: max(0, max(4, flags.precision ?? 4) - digits.utf8.count))
                let shown = flags.isSharp ? letter.map { $0.isPrintable ? " '\($0)'" : "" } ?? "" : ""
                return padded(Array("U+\(zeros)\(digits)\(shown)".utf8), zeros: false)
            }
            let text = Array(String(letter ?? "\u{fffd}").utf8)
            return padded(
                verb == "c" ? text : Array(quoted(text, quote: 0x27, onlyASCII: flags.hasPlus).utf8))
        default: return nil
        }
        if flags.precision == 0, magnitude == 0 {
            return Array(repeating: 0x20, count: flags.width ?? 0)
        }
        var digits = String(magnitude, radix: radix, uppercase: verb == "X")
        let sign = isNegative ? "-" : flags.hasPlus ? "+" : flags.hasSpace ? " " : ""
        var least = flags.precision ?? 0
        if flags.precision == nil, flags.hasZeros, let width = flags.width { least = width - sign.utf8.count }
        if digits.utf8.count < least {
            digits = String(repeating: "0", count: least - digits.utf8.count) + digits
        }
        if flags.isSharp {
            switch radix {
            case 2: digits = "0b" + digits
            case 8: if !digits.hasPrefix("0") { digits = "0" + digits }
            case 16: digits = (verb == "X" ? "0X" : "0x") + digits
            default: break
            }
        }
        if verb == "O" { digits = "0o" + digits }
        return padded(Array((sign + digits).utf8), zeros: false)
    }

    private func float(_ number: Double, _ verb: Unicode.Scalar) -> [UInt8]? {
        let (form, usual): (UInt8, Int?)
        switch verb {
        case "v", "g", "G": (form, usual) = (UInt8(ascii: "g"), nil)
        case "e", "E": (form, usual) = (UInt8(ascii: "e"), 6)
        case "f", "F": (form, usual) = (UInt8(ascii: "f"), 6)
        default: return nil
        }
        var text = FloatText.text(number, form, decimals: flags.precision ?? usual)
        if verb == "E" || verb == "G" { text = text.uppercased() }
        guard number.isFinite else {
            if text.hasPrefix("+"), !flags.hasPlus { text = (flags.hasSpace ? " " : "") + text.dropFirst() }
            if text.hasPrefix("+"), flags.hasPlus { text = "+Inf" }
            return padded(Array(text.utf8), zeros: false)
        }
        if !text.hasPrefix("-") { text = (flags.hasPlus ? "+" : flags.hasSpace ? " " : "") + text }
        if flags.hasZeros, let width = flags.width, text.utf8.count < width, let first = text.first,
            "+- ".contains(first)
        {
            let zeros = String(repeating: "0", count: width - text.utf8.count)
            return Array((String(first) + zeros + text.dropFirst()).utf8)
        }
        return padded(Array(text.utf8))
    }
}

/// An IP address in the one form that RFC 5952 recommends.
package struct IPText: Hashable, Sendable {
    /// `192.0.2.7` or `2001:db8::7`, without brackets or a zone.
    package let text: String
    /// Four or sixteen.
    package let bytes: [UInt8]

    /// Reads dotted decimal or hexadecimal groups, the latter also in brackets; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        guard utf8.count <= 64 else { return nil }
        if let four = Self.four(utf8[...]) {
            bytes = four
            self.text = four.map(String.init).joined(separator: ".")
            return
        }
        let isBracketed = utf8.first == 0x5B && utf8.last == 0x5D && utf8.count > 2
        guard let groups = Self.six(isBracketed ? utf8[1..<(utf8.count - 1)] : utf8[...]) else { return nil }
        bytes = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        self.text = Self.text(groups)
    }

    /// Whether it has sixteen bytes.
    package var isVersion6: Bool { bytes.count == 16 }

    /// Whether only neighbours on one wire can use it (RFC 3927, RFC 4291), which no proxy reliably is.
    package var isLinkLocal: Bool {
        isVersion6 ? bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 : bytes[0] == 169 && bytes[1] == 254
    }

    /// Whether no single machine has it: unspecified, multicast or broadcast.
    package var isNoMachine: Bool {
        bytes.allSatisfy { $0 == 0 } || bytes[0] == 0xFF && isVersion6 || !isVersion6 && bytes[0] >= 224
    }

    private static func four(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isDigit),
                part.count == 1 || part.first != 0x30,
                let byte = UInt8(exactly: part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func six(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        guard text.contains(0x3A) else { return nil }
        var halves: [[UInt16]] = [[]]
        var rest = text
        if rest.starts(with: [0x3A, 0x3A]) {
            halves.append([])
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let word = rest.prefix { $0 != 0x3A }
            rest = rest.dropFirst(word.count)
            if rest.isEmpty, let four = four(word) {
                halves[halves.count - 1] += [
                    UInt16(four[0]) << 8 | UInt16(four[1]), UInt16(four[2]) << 8 | UInt16(four[3]),
                ]
                break
            }
            guard (1...4).contains(word.count) else { return nil }
            var group: UInt16 = 0
            for byte in word {
                guard let digit = byte.hexadecimal else { return nil }
                group = group << 4 | UInt16(digit)
            }
            halves[halves.count - 1].append(group)
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == 0x3A {
                guard halves.count == 1 else { return nil }
                halves.append([])
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let count = halves[0].count + (halves.count > 1 ? halves[1].count : 0)
        guard halves.count > 1 else { return count == 8 ? halves[0] : nil }
        guard count < 8 else { return nil }
        return halves[0] + [UInt16](repeating: 0, count: 8 - count) + halves[1]
    }

    /// Small digits, the longest run of at least two zero groups left out, the first of equal ones.
    private static func text(_ groups: [UInt16]) -> String {
        var best = 0..<0
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, groups[end] == 0 { end += 1 }
            if end - index > max(1, best.count) { best = index..<end }
            index = max(end, index + 1)
        }
        func joined(_ slice: ArraySlice<UInt16>) -> String {
            slice.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !best.isEmpty else { return joined(groups[...]) }
        return joined(groups[..<best.lowerBound]) + "::" + joined(groups[best.upperBound...])
    }
}

extension IPText: CustomStringConvertible {
    package var description: String { text }
}

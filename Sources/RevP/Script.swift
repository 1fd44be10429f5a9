/// The scripts whose letters a domain may be written in; any other can be given as `xn--…`.
///
/// Small letters only, and only such that need no mark beside them: a strict part of what UTS 46 allows.
enum Script: Hashable {
    /// Digits, the hyphen and the Japanese length mark, which belong to no script.
    case common
    case latin, greek, cyrillic, armenian, georgian, han, hiragana, katakana, hangul

    /// The script of a small letter or digit; nil when it can't stand in a domain as it is.
    static func of(_ scalar: Unicode.Scalar) -> Script? {
        switch scalar.value {
        case 0x2D, 0x30...0x39, 0x30FC: .common
        case 0x61...0x7A, 0xDF...0xF6, 0xF8...0xFF: .latin
        case 0x133, 0x138, 0x140, 0x149, 0x17F: nil
        case 0x100...0x17E, 0x1A1, 0x1B0, 0x1CE...0x1DC, 0x219, 0x21B, 0x1E00...0x1E99, 0x1EA1...0x1EF9:
            scalar.properties.isLowercase ? .latin : nil
        case 0x390, 0x3AC...0x3CE: .greek
        case 0x430...0x45F, 0x491, 0x493, 0x49B, 0x4A3, 0x4AF, 0x4B1, 0x4BB, 0x4CF, 0x4D9, 0x4E9: .cyrillic
        case 0x561...0x586: .armenian
        case 0x10D0...0x10F0: .georgian
        case 0x3005, 0x3400...0x4DBF, 0x4E00...0x9FFF: .han
        case 0x3041...0x3096: .hiragana
        case 0x30A1...0x30FA: .katakana
        case 0xAC00...0xD7A3: .hangul
        default: nil
        }
    }

    /// Whether letters of these scripts may stand in one label (UTS 39, Highly Restrictive).
    static func belongTogether(_ scripts: Set<Script>) -> Bool {
        let scripts = scripts.subtracting([.common])
        return scripts.count < 2 || scripts.isSubset(of: [.latin, .han, .hiragana, .katakana])
            || scripts.isSubset(of: [.latin, .han, .hangul])
    }

    /// Letters of other scripts that read as ASCII, as browsers list them.
    private static let likeASCII: Set<Unicode.Scalar> = Set(
        ("асԁеһіјӏорԛѕԝхуъьҽпгѵѡүґкмтнв" + "αικνορτυωηε" + "օոսհզռցյղ").unicodeScalars)

    /// East Asian signs that look like punctuation between ASCII letters.
    private static let likePunctuation: Set<Unicode.Scalar> = Set("ーノソゾニハヘへべぺ一二丶丨丿〇工口".unicodeScalars)

    /// Whether a label reads as if it were another, in a domain whose last label is `last`.
    ///
    /// All of its letters look like ASCII where the domain ends in ASCII, or East Asian signs that look like
    /// punctuation stand between ASCII letters.
    static func isDeceptive(_ label: [Unicode.Scalar], endsInASCII: Bool) -> Bool {
        let letters = label.filter { of($0) != .common }
        if label.contains(where: { of($0) == .latin }), label.contains(where: likePunctuation.contains) {
            return true
        }
        return endsInASCII && !letters.isEmpty && letters.allSatisfy(likeASCII.contains)
    }
}

/// One label of a domain in its own script, made ASCII (IDNA 2008 with a strict part of UTS 46's mapping).
///
/// The mapping is: small letters, and a letter with its mark as one letter where there is one. Whatever needs
/// more (compatibility characters, joiners, right-to-left scripts) is refused: it can be given as `xn--…`.
enum InternationalLabel {
    /// The `xn--` form, and the letters that it stands for.
    static func encoded(_ label: some StringProtocol) throws(ValueError) -> (
        text: String, letters: [Unicode.Scalar]
    ) {
        var letters: [Unicode.Scalar] = []
        guard label.unicodeScalars.count <= 63 else { throw tooLong }
        let small = label.unicodeScalars.map(\.properties.lowercaseMapping).joined()
        for character in small {
            guard character.unicodeScalars.allSatisfy({ !$0.isUnprintable }) else { throw unprintable }
            guard let letter = single(character), Script.of(letter) != nil else {
                let first = String(character.unicodeScalars.first?.value ?? 0, radix: 16, uppercase: true)
                throw ValueError(
                    .badDomain, "The character U+\(first) can't stand in a domain as it is.",
                    "Write the domain in ASCII, a foreign one in its xn-- form.")
            }
            letters.append(letter)
        }
        try check(letters)
        guard letters.contains(where: { !$0.isASCII }) else {
            return (String(String.UnicodeScalarView(letters)), letters)
        }
        if letters.first == "-" || letters.last == "-" || letters.dropFirst(2).prefix(2) == ["-", "-"] {
            throw ValueError(
                .badDomain,
                "A part of a foreign domain has no hyphen at its ends or at both third and fourth place.",
                "Write the domain without these hyphens.")
        }
        guard let code = Punycode.encode(letters), code.utf8.count <= 59 else { throw tooLong }
        return ("xn--" + code, letters)
    }

    /// The letters that an `xn--` label stands for; what no encoder could have made is refused.
    static func decoded(_ label: String) throws(ValueError) -> [Unicode.Scalar] {
        let invalid = ValueError(
            .badDomain, "A part that begins with xn-- is not what a foreign domain is encoded as.",
            "Write the xn-- form that your registrar shows.")
        guard let letters = Punycode.decode(label.dropFirst(4)), letters.contains(where: { !$0.isASCII }),
            Punycode.encode(letters).map({ "xn--" + $0 }) == label
        else { throw invalid }
        guard letters.allSatisfy({ !$0.isUnprintable && $0 != " " }) else { throw unprintable }
        guard
            letters.allSatisfy({ letter in
                letter.isASCII
                    ? UInt8(letter.value).isLowerOrDigit || letter == "-"
                    : letter.properties.lowercaseMapping == String(letter) && isWordCharacter(letter)
            })
        else { throw invalid }
        try check(letters)
        return letters
    }

    private static func isWordCharacter(_ letter: Unicode.Scalar) -> Bool {
        switch letter.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
            true
        default: false
        }
    }

    private static func check(_ letters: [Unicode.Scalar]) throws(ValueError) {
        guard Script.belongTogether(Set(letters.compactMap(Script.of))) else {
            throw ValueError(
                .mixedScripts, "The domain has letters of several scripts, of which some look alike.",
                "Write each part of the domain in one script.")
        }
    }

    private static let tooLong = ValueError(
        .badDomain, "A part of a domain has at most 63 bytes.", "Write a shorter name.")

    static let unprintable = ValueError(
        .unprintable, "The value holds control, zero-width or direction characters.",
        "Write it anew by hand: what can't be seen was copied along.")

    /// Letters that marks may be joined with into one; a letter outside needs its `xn--` form.
    private static let composed: [ClosedRange<UInt32>] = [
        0xDF...0xFF, 0x100...0x17E, 0x1CE...0x1DC, 0x219...0x21B, 0x390...0x3CE, 0x450...0x45E,
        0x1E00...0x1EF9,
        0x304C...0x3094, 0x30AC...0x30FA,
    ]

    /// A character as one scalar: by canonical equivalence, as normalization form C would have it.
    private static func single(_ character: Character) -> Unicode.Scalar? {
        let scalars = character.unicodeScalars
        if scalars.count == 1, let only = scalars.first, Script.of(only) != nil { return only }
        guard scalars.count <= 3 else { return nil }
        for range in composed {
            for value in range {
                guard let scalar = Unicode.Scalar(value) else { continue }
                if Character(scalar) == character { return scalar }
            }
        }
        return nil
    }
}

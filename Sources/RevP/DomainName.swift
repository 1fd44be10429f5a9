/// A host name of the internet in one form: ASCII, small letters, no dot at its end (RFC 1035, RFC 1123).
///
/// Parts of `[a-z0-9-]`, 1 to 63 bytes, no hyphen at their ends; 253 bytes in all; the first part may be `*`. Never
/// an IP address. Foreign letters are punycode.
package struct DomainName: Hashable, Sendable {
    /// The name, `*.` included.
    package let text: String

    /// Whether it stands for every name that has one part more.
    package var isWildcard: Bool { text.utf8.first == UInt8(ascii: "*") }

    /// Reads any spelling of a name; nil for anything that is none.
    package init?(_ text: String) {
        guard let name = try? Self.read(text) else { return nil }
        self = name
    }

    private init(unchecked text: String) { self.text = text }

    private static let remedy = "Write a name such as shop.example.com."

    static func read(_ text: String) throws(ValueError) -> DomainName {
        try checkForm(text)
        var parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        let isWildcard = parts.count > 1 && parts[0] == "*"
        var names: [(text: String, letters: [Unicode.Scalar])] = []
        for part in parts.dropFirst(isWildcard ? 1 : 0) { names.append(try label(part)) }
        try checkNumbers(names.map(\.text))
        let endsInASCII = names.last?.text.hasPrefix("xn--") == false
        guard !names.contains(where: { Script.isDeceptive($0.letters, endsInASCII: endsInASCII) }) else {
            throw ValueError(
                .lookAlike, "The domain is made of foreign letters that look like other ones.",
                "Write it with the letters of your keyboard, or under a domain of its own script.")
        }
        let whole = (isWildcard ? ["*"] : []) + names.map(\.text)
        let name = whole.joined(separator: ".")
        guard name.utf8.count <= 253 else {
            throw ValueError(.badDomain, "A domain has at most 253 bytes.", "Write a shorter name.")
        }
        return DomainName(unchecked: name)
    }

    /// Tells what is often written in a domain's place.
    private static func checkForm(_ text: String) throws(ValueError) {
        guard !text.isEmpty else { throw ValueError(.badDomain, "A domain is missing.", remedy) }
        guard text.utf8.count <= 1_024 else {
            throw ValueError(.badDomain, "A domain has at most 253 bytes.", "Write a shorter name.")
        }
        guard text.unicodeScalars.allSatisfy({ !$0.isUnprintable }) else {
            throw InternationalLabel.unprintable
        }
        if text.utf8.contains(UInt8(ascii: "/")) {
            throw ValueError(
                .badDomain, "This is a URL or has a path.",
                "Write the host name alone; a path has a property of its own.")
        }
        if text.hasPrefix("[") || IPText(text) != nil { throw ip }
        if text.utf8.contains(UInt8(ascii: ":")) {
            throw ValueError(
                .badDomain, "Behind a domain stands nothing but :redirect or :noredirect.",
                "Write the host name alone; a port has a property of its own.")
        }
    }

    private static let ip = ValueError(
        .ipDomain, "An IP address is no domain: a proxy finds the service by its name.", remedy)

    /// Refuses what URLs take for an IPv4 address: a last part that is a number.
    private static func checkNumbers(_ names: [String]) throws(ValueError) {
        guard let last = names.last?.utf8 else {
            throw ValueError(.badDomain, "A domain is missing.", remedy)
        }
        let isNumber = last.allSatisfy(\.isDigit)
        let isHexadecimal =
            last.starts(with: "0x".utf8) && last.dropFirst(2).allSatisfy { $0.hexadecimal != nil }
        if isNumber || isHexadecimal { throw ip }
    }

    private static func label(_ part: Substring) throws(ValueError) -> (
        text: String, letters: [Unicode.Scalar]
    ) {
        guard !part.isEmpty else {
            throw ValueError(.badDomain, "The domain has two dots side by side, or begins with one.", remedy)
        }
        guard part != "*" else {
            throw ValueError(
                .badDomain, "A star stands for the first part of a domain only.", "Write *.example.com.")
        }
        guard part.utf8.allSatisfy({ $0 < 0x80 }) else { return try InternationalLabel.encoded(part) }
        let name = part.lowercasedASCII()
        guard name.utf8.allSatisfy({ $0.isLowerOrDigit || $0 == 0x2D }), name.utf8.first != 0x2D,
            name.utf8.last != 0x2D
        else {
            throw ValueError(
                .badDomain, "A part of a domain is letters, digits and hyphens, with no hyphen at its ends.",
                remedy)
        }
        guard name.utf8.count <= 63 else {
            throw ValueError(.badDomain, "A part of a domain has at most 63 bytes.", "Write a shorter name.")
        }
        guard name.hasPrefix("xn--") else { return (name, Array(name.unicodeScalars)) }
        return (name, try InternationalLabel.decoded(name))
    }
}

extension DomainName: Comparable, CustomStringConvertible {
    package static func < (one: DomainName, other: DomainName) -> Bool { one.text < other.text }
    package var description: String { text }
}

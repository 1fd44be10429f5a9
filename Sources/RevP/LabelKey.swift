/// Which service a label is about: the flat one, or that of a container port.
package enum ServiceKey: Hashable, Sendable {
    case flat
    case port(PortNumber)
}

extension ServiceKey: Comparable {
    package static func < (one: ServiceKey, other: ServiceKey) -> Bool { one.number < other.number }

    private var number: UInt16 {
        switch self {
        case .flat: 0
        case .port(let port): port.rawValue
        }
    }
}

extension ServiceKey: CustomStringConvertible {
    /// The port, or `flat`.
    package var description: String {
        switch self {
        case .flat: "flat"
        case .port(let port): "\(port)"
        }
    }
}

/// A label's key behind the prefix, taken apart: `<property>` or `<container-port>.<property>`.
struct LabelKey {
    let service: ServiceKey
    /// As it is written, with hyphens for underscores.
    let spelling: String
    /// Nil when it is none of ours.
    let property: Property?

    init(_ rest: Substring, prefix: LabelPrefix) throws(ValueError) {
        let words = rest.split(separator: ".", omittingEmptySubsequences: false)
        let example =
            "Write \(prefix.text).domain, or \(prefix.text).8080.domain for the container port 8080."
        guard rest.utf8.count <= 128, words.count <= 2, let name = words.last, !name.isEmpty else {
            throw ValueError(.badKey, "This is not the key of a property of a service.", example)
        }
        if words.count == 2 {
            guard let port = PortNumber(words[0]) else { throw Self.badPort(words[0], prefix) }
            service = .port(port)
        } else {
            service = .flat
            if name.utf8.allSatisfy(\.isDigit) {
                throw ValueError(
                    .badKey, "The key names a port but no property.",
                    "Write the property behind the port, as in \(prefix.text).8080.domain.")
            }
        }
        guard name.utf8.allSatisfy({ $0.isAlphanumeric || $0 == 0x2D || $0 == 0x5F }) else {
            throw ValueError(
                .badKey, "A property is letters, digits, hyphens and underscores, and this key has others.",
                example)
        }
        spelling = String(decoding: name.utf8.map { $0 == 0x5F ? 0x2D : $0 }, as: UTF8.self)
        property = Property.spelled(spelling)
    }

    private static func badPort(_ word: Substring, _ prefix: LabelPrefix) -> ValueError {
        let bytes = word.utf8
        if bytes.allSatisfy(\.isDigit), !bytes.isEmpty {
            return ValueError(
                .badPort, "A container port is a number from 1 to 65535 without leading zeros.",
                "Write the port that the container listens on, as in \(prefix.text).8080.domain.")
        }
        if bytes.contains(UInt8(ascii: "/")) {
            return ValueError(
                .badPort, "Only TCP ports can be routed, and the key says no protocol.",
                "Write the number alone, as in \(prefix.text).8080.domain.")
        }
        return ValueError(
            .badKey, "Before the property stands a container port, and this is none.",
            "Write \(prefix.text).domain, or a number, as in \(prefix.text).8080.domain.")
    }
}

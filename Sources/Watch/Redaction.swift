internal import Wire

/// What of a container's secrets may leave its host (requirement H5).
package struct Redaction: Hashable, Sendable {
    /// Which environment values are shown.
    package enum Environment: Hashable, Sendable {
        /// None: names, and for each value a keyed digest.
        case keysOnly
        /// Those whose name matches one of these patterns.
        case allow([Pattern])
        /// All of them.
        case all
    }

    package var environment: Environment
    /// Labels whose name matches one of these have their value replaced by a keyed digest.
    package var hiddenLabels: [Pattern]

    package init(environment: Environment = .keysOnly, hiddenLabels: [Pattern] = []) {
        self.environment = environment
        self.hiddenLabels = hiddenLabels
    }

    /// What stands before the digest where a label's value was.
    package static let hiddenPrefix = "redacted:"

    /// Whether the value of this variable may be shown.
    func shows(environment name: ArraySlice<UInt8>) -> Bool {
        switch environment {
        case .keysOnly: false
        case .allow(let patterns): patterns.contains { $0.matches(name) }
        case .all: true
        }
    }

    /// Whether the value of this label must not be shown.
    func hides(label name: ArraySlice<UInt8>) -> Bool {
        hiddenLabels.contains { $0.matches(name) }
    }
}

/// A name with `*` for any characters and `?` for one byte; upper and lower case differ.
package struct Pattern: Hashable, Sendable {
    private let bytes: [UInt8]

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Whether the whole name matches.
    ///
    /// Takes at most pattern × name steps.
    package func matches(_ name: some Collection<UInt8>) -> Bool {
        let name = Array(name)
        var (here, index) = (0, 0)
        var star: (after: Int, index: Int)?
        while index < name.count {
            if here < bytes.count, bytes[here] == 0x2A {
                here += 1
                star = (here, index)
            } else if here < bytes.count, bytes[here] == 0x3F || bytes[here] == name[index] {
                here += 1
                index += 1
            } else if let last = star {
                // Let the last `*` take one byte more and try the rest again.
                here = last.after
                index = last.index + 1
                star = (last.after, index)
            } else {
                return false
            }
        }
        return bytes[here...].allSatisfy { $0 == 0x2A }
    }
}

/// Keyed digests of values that stay on their host: equal values give equal digests, and nobody without the key can
/// try out guesses.
struct SecretDigest {
    let key: SipHash.Key

    /// 16 hexadecimal digits over name, a zero byte, and value.
    func of(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) -> String {
        var hash = SipHash(key: key)
        hash.append(name)
        hash.append(0)
        hash.append(value)
        return Digest(sum: hash.finished()).description
    }
}

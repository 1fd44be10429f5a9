/// A version of the Engine API, such as 1.41; what stands in a request's path as `/v1.41`.
package struct APIVersion: Hashable, Sendable {
    package let major: Int
    package let minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Parses `1.41`; anything else is nil.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...4).contains($0.utf8.count) }),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let major = Int(parts[0]), let minor = Int(parts[1])
        else { return nil }
        self.init(major, minor)
    }

    /// The newest version whose answers this client was written for; newer Engines are asked in this one.
    ///
    /// Docker 29 refuses versions below 1.44, Docker 20.10 knows none above 1.41: hence the version is negotiated.
    package static let newest = APIVersion(1, 47)
    /// The oldest version that gives everything a record needs (`State.Health`, filtered events).
    package static let oldest = APIVersion(1, 24)
}

extension APIVersion: Comparable, CustomStringConvertible {
    package static func < (one: APIVersion, other: APIVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }

    package var description: String { "\(major).\(minor)" }
}

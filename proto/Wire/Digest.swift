package import Inventory

/// What a host's whole state amounts to in eight bytes, so that two ends can tell at each heartbeat whether they agree.
///
/// A facet's digest is SipHash-2-4, keyed by the host, over the container's id (64 hexadecimal digits), a zero byte, the
/// facet's name, a zero byte, and the facet's JSON exactly as it was sent. The host's digest is the wrapping sum of them
/// all: adding or taking one facet away costs one addition, and the order doesn't matter.
package struct Digest: Hashable, Sendable {
    package var sum: UInt64

    package init(sum: UInt64 = 0) {
        self.sum = sum
    }

    /// Parses 16 lowercase hexadecimal digits.
    package init?(_ text: some StringProtocol) {
        guard let sum = Hexadecimal.word(text) else { return nil }
        self.sum = sum
    }

    /// The digest of one facet; zero is never given, since it stands for "no such facet".
    package static func facet(_ facet: Facet, of id: ContainerID, bytes: FacetBytes, key: SipHash.Key)
        -> UInt64
    {
        var hash = SipHash(key: key)
        hash.append(id.hexadecimal)
        hash.append(0)
        hash.append(facet.rawValue.utf8)
        hash.append(0)
        hash.append(bytes)
        let value = hash.finished()
        return value == 0 ? 1 : value
    }
}

extension Digest: CustomStringConvertible {
    package var description: String { Hexadecimal.text(sum) }
}

/// The digests of one container's facets by `Facet.index`; 0 = it has no such facet.
package struct FacetDigests: Hashable, Sendable {
    package var values: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    package init() {}

    /// The digests of a whole container.
    package init(_ container: EncodedContainer, id: ContainerID, key: SipHash.Key) {
        for facet in Facet.allCases {
            if let bytes = container[facet] {
                self[facet] = Digest.facet(facet, of: id, bytes: bytes, key: key)
            }
        }
    }

    package subscript(facet: Facet) -> UInt64 {
        get {
            switch facet {
            case .status: values.0
            case .network: values.1
            case .config: values.2
            case .compose: values.3
            }
        }
        set {
            switch facet {
            case .status: values.0 = newValue
            case .network: values.1 = newValue
            case .config: values.2 = newValue
            case .compose: values.3 = newValue
            }
        }
    }

    /// The container's share of its host's digest.
    package var sum: UInt64 { values.0 &+ values.1 &+ values.2 &+ values.3 }

    package static func == (one: FacetDigests, other: FacetDigests) -> Bool { one.values == other.values }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(values.0)
        hasher.combine(values.1)
        hasher.combine(values.2)
        hasher.combine(values.3)
    }
}

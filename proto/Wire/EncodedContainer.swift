package import Inventory
import JSON

/// A container's facets as the JSON bytes that travel, are hashed and are stored.
package struct EncodedContainer: Hashable, Sendable {
    /// One place for each facet by `Facet.index`; nil when the container has none.
    package var facets: [4 of FacetBytes?]

    package init() {
        facets = [nil, nil, nil, nil]
    }

    /// Encodes a whole container.
    package init(_ container: Container) {
        facets = [
            Self.bytes { $0.facet(container.status) },
            Self.bytes { $0.facet(container.network) },
            Self.bytes { $0.facet(container.config) },
            container.compose.map { compose in Self.bytes { $0.facet(compose) } },
        ]
    }

    package subscript(facet: Facet) -> FacetBytes? {
        get { facets[facet.index] }
        set { facets[facet.index] = newValue }
    }

    private static func bytes(_ body: (inout JSONWriter) -> Void) -> FacetBytes {
        var writer = JSONWriter(capacity: 256)
        body(&writer)
        return writer.bytes
    }

    package static func == (one: EncodedContainer, other: EncodedContainer) -> Bool {
        Facet.allCases.allSatisfy { one[$0] == other[$0] }
    }

    package func hash(into hasher: inout Hasher) {
        for facet in Facet.allCases { hasher.combine(self[facet]) }
    }
}

/// One facet's JSON, exactly as it was first written; never parsed and written anew on its way.
package typealias FacetBytes = [UInt8]

package import Inventory

/// What happened to one facet.
package enum FacetChange: Hashable, Sendable {
    /// Not mentioned: it stays as it is.
    case untouched
    /// The container has no such facet any more.
    case deleted
    /// The facet's whole new value.
    case value(FacetBytes)
}

/// Why a container is no longer there.
package enum RemovalCause: String, Hashable, Sendable {
    /// Its Engine said so, or its agent did.
    case destroyed
    /// It was missing from a complete list after a gap: its last state before the removal may never have been seen.
    case absent
    /// Its host was taken out of the fleet.
    case forgotten
}

/// What happened to one container between two versions of its host.
package struct ContainerChange: Hashable, Sendable {
    package let id: ContainerID
    package let kind: Kind

    /// Gone, or changed facet by facet.
    package enum Kind: Hashable, Sendable {
        case removed(RemovalCause)
        /// One place for each facet by `Facet.index`.
        case put(FacetChanges)
    }

    package init(id: ContainerID, kind: Kind) {
        self.id = id
        self.kind = kind
    }

    /// The change that takes a container away.
    package static func removed(_ id: ContainerID, _ cause: RemovalCause = .destroyed) -> ContainerChange {
        ContainerChange(id: id, kind: .removed(cause))
    }
}

/// A change for each facet of a container.
package struct FacetChanges: Hashable, Sendable {
    package var status = FacetChange.untouched
    package var network = FacetChange.untouched
    package var config = FacetChange.untouched
    package var compose = FacetChange.untouched

    package init() {}

    /// The change that makes nothing into the whole container.
    package init(whole container: EncodedContainer) {
        for facet in Facet.allCases { self[facet] = container[facet].map(FacetChange.value) ?? .deleted }
    }

    package subscript(facet: Facet) -> FacetChange {
        get {
            switch facet {
            case .status: status
            case .network: network
            case .config: config
            case .compose: compose
            }
        }
        set {
            switch facet {
            case .status: status = newValue
            case .network: network = newValue
            case .config: config = newValue
            case .compose: compose = newValue
            }
        }
    }

    package var isEmpty: Bool { Facet.allCases.allSatisfy { self[$0] == .untouched } }

    /// The newer of two changes, facet by facet.
    package func followed(by later: FacetChanges) -> FacetChanges {
        var merged = self
        for facet in Facet.allCases where later[facet] != .untouched { merged[facet] = later[facet] }
        return merged
    }
}

package import Inventory
package import JSON

/// A facet that is not what the protocol says; nothing of its change set was applied.
package struct FacetError: Error, Hashable, Sendable {
    package let container: ContainerID
    package let facet: Facet
    /// What was wrong, and at which byte of the facet.
    package let cause: JSONError

    package init(container: ContainerID, facet: Facet, cause: JSONError) {
        self.container = container
        self.facet = facet
        self.cause = cause
    }
}

extension FacetError: CustomStringConvertible {
    package var description: String {
        """
        the \(facet.rawValue) of container \(container.short) could not be read, and its change set was not \
        applied: \(cause)
        """
    }
}

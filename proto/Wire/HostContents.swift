package import Inventory

/// What the aggregator holds of one host, as far as a session must know it.
package protocol HostContents {
    /// Over everything that is held, hashed with the host's digest key.
    var digest: Digest { get }
    /// The number of containers.
    var count: Int { get }
    func contains(_ id: ContainerID) -> Bool
    /// The digests of everything; asked for only in a resync.
    func facetDigests() -> [ContainerID: FacetDigests]
}

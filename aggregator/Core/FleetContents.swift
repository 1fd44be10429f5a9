import Fleet
import Inventory
import Wire

/// What the fleet holds of one host, as a session asks for it.
struct FleetContents: HostContents {
    private let fleet: Fleet
    private let host: HostKey
    /// The rows are shown and not on disk: a session must have everything sent again.
    private let mustResend: Bool

    init(_ fleet: Fleet, of entry: HostEntry) {
        self.fleet = fleet
        host = entry.key
        mustResend = entry.mustResend
    }

    var digest: Digest { mustResend ? Digest() : fleet.digests(of: host).digest }
    /// What must be sent again is never equal to anything, not even to nothing.
    var count: Int { mustResend ? -1 : fleet.digests(of: host).count }

    func contains(_ id: ContainerID) -> Bool { !mustResend && fleet.contains(id, on: host) }

    func facetDigests() -> [ContainerID: FacetDigests] {
        guard !mustResend else { return [:] }
        return Dictionary(uniqueKeysWithValues: fleet.facetDigests(on: host).map { ($0.id, $0.digests) })
    }
}

import Inventory
import Wire

typealias Contents = [ContainerID: EncodedContainer]

/// What a version of a host looks like: its epoch and the agent's counter within it.
struct Point: Hashable, Sendable {
    let epoch: Epoch
    let version: Int64
}

/// What the aggregator knows of the host: on disk, or in memory.
struct Knowledge: Sendable {
    var record = HostRecord()
    var secret: String?
    var contents: Contents = [:]
    /// The agent's state that `contents` equals.
    var point: Point?

    /// Applies a change set, or the end of a resync.
    mutating func apply(_ changes: [ContainerChange]) {
        for change in changes {
            switch change.kind {
            case .removed: contents[change.id] = nil
            case .put(let facets):
                var container = contents[change.id] ?? EncodedContainer()
                for facet in Facet.allCases {
                    switch facets[facet] {
                    case .untouched: break
                    case .deleted: container[facet] = nil
                    case .value(let bytes): container[facet] = bytes
                    }
                }
                contents[change.id] = container
            }
        }
    }
}

/// What waits for the disk: the same shape as the journal's queue.
struct Write: Sendable {
    var removed: [ContainerID] = []
    var changes: [ContainerChange] = []
    let point: Point
    let record: HostRecord
    let secret: String?
}

extension Knowledge: HostContents {
    var digest: Digest {
        guard let key = record.digestKey else { return Digest() }
        return Digest(sum: contents.reduce(0) { $0 &+ FacetDigests($1.value, id: $1.key, key: key).sum })
    }

    var count: Int { contents.count }

    func contains(_ id: ContainerID) -> Bool { contents[id] != nil }

    func facetDigests() -> [ContainerID: FacetDigests] {
        guard let key = record.digestKey else { return [:] }
        return contents.reduce(into: [:]) { $0[$1.key] = FacetDigests($1.value, id: $1.key, key: key) }
    }
}

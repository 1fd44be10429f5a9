package import Inventory
package import Wire

/// A host as the database knows it.
package struct HostRow: Hashable, Sendable {
    package let key: HostKey
    package let id: HostID
    /// The host's own description as JSON.
    package let info: [UInt8]?
    /// Up to where its changes are durable.
    package let cursor: HostCursor?
    package let digestKey: SipHash.Key?
    /// When it was last heard, in milliseconds since 1970.
    package let lastHeard: Int64

    package init(
        key: HostKey, id: HostID, info: [UInt8]?, cursor: HostCursor?, digestKey: SipHash.Key?,
        lastHeard: Int64
    ) {
        self.key = key
        self.id = id
        self.info = info
        self.cursor = cursor
        self.digestKey = digestKey
        self.lastHeard = lastHeard
    }
}

/// A container as the database knows it.
package struct ContainerRow: Hashable, Sendable {
    package let host: HostKey
    package let id: ContainerID
    package let facets: EncodedContainer
    /// When it last changed, in milliseconds since 1970.
    package let changedAt: Int64

    package init(host: HostKey, id: ContainerID, facets: EncodedContainer, changedAt: Int64) {
        self.host = host
        self.id = id
        self.facets = facets
        self.changedAt = changedAt
    }
}

/// A part of a snapshot; all parts are of the same revision.
package struct SnapshotChunk: Sendable {
    /// The revision whose state the snapshot is.
    package let revision: Revision
    package let containers: [ContainerRow]

    package init(revision: Revision, containers: [ContainerRow]) {
        self.revision = revision
        self.containers = containers
    }
}

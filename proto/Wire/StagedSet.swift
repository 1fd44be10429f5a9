import Inventory

/// A change set of which not every piece has come.
struct StagedSet: Hashable, Sendable {
    let from: Int64
    let to: Int64
    var changes: [ContainerChange] = []
    var bytes = 0
}

/// A resync on its way: what the manifest named, what was asked for, what has come.
struct StagedResync: Hashable, Sendable {
    let id: Int64
    /// Nil until the first piece of the manifest came.
    var version: Int64?
    var entries: [Manifest.Entry] = []
    var isManifestWhole = false
    var needed: Set<ContainerID> = []
    var fill: [ContainerChange] = []
    /// The version that the fill ends at; nil when nothing had to be sent.
    var filledTo: Int64?
    var isFillWhole = true
    var bytes = 0
    /// When it last came on.
    var progress: Int64

    init(id: Int64, now: Int64) {
        self.id = id
        progress = now
    }
}

import Wire

/// What only the writer needs: free places, how often each text is used, and the digests.
///
/// Kept apart from `Snapshot` so that readers' copies don't make the writer copy any of it.
struct Writer: Sendable {
    var slots = Places()
    var hosts = Places()
    var texts = Places(from: Strings.Known.count)
    var uses = Chunks<UInt32>(filler: 0)
    var digests = Chunks(filler: FacetDigests())
}

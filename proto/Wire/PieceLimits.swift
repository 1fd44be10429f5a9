/// Where what is too long for one frame is cut; the peer puts the pieces together by `more`, whatever their size.
package struct PieceLimits: Hashable, Sendable {
    /// Bytes of one `delta`'s changes, more or less: a single container may pass it.
    package var bytes: Int
    /// Containers in one `manifest`.
    package var entries: Int
    /// Ids in one `need`.
    package var ids: Int

    package init(bytes: Int = 256 << 10, entries: Int = 2_000, ids: Int = 50_000) {
        precondition(bytes > 0 && entries > 0 && ids > 0)
        self.bytes = bytes
        self.entries = entries
        self.ids = ids
    }
}

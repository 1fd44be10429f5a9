/// How much of a response is accepted before it is refused as too large.
package struct HTTPLimits: Hashable, Sendable {
    /// Bytes of the status line.
    package var statusLine: Int
    /// Bytes of all header lines together, and again of all trailer lines.
    package var headerBytes: Int
    /// Number of header lines, and again of trailer lines.
    package var headerCount: Int
    /// Bytes of a chunk's size line with its extensions.
    package var chunkLine: Int
    /// Bytes of the body that `HTTPClient.send` collects; a stream from `HTTPClient.open` has no end.
    package var body: Int

    /// The house's limits, each of which may be changed.
    package init(
        statusLine: Int = 1_024, headerBytes: Int = 32_768, headerCount: Int = 128, chunkLine: Int = 256,
        body: Int = 16 << 20
    ) {
        self.statusLine = statusLine
        self.headerBytes = headerBytes
        self.headerCount = headerCount
        self.chunkLine = chunkLine
        self.body = body
    }
}

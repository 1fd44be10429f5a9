/// A streamed answer; let go before `finish()`, it is cut off so that the peer notices.
package final class HTTPResponseStream: Sendable {
    private let core: ExchangeCore?

    init(_ core: ExchangeCore?) {
        self.core = core
    }

    deinit {
        core?.end(isComplete: false)
    }

    /// Sends a piece, in the order of the calls of one task.
    ///
    /// Suspends while more than the stream's limit waits for the peer (256 KiB unless set otherwise), so a slow
    /// reader slows only its own sender (requirement C8).
    ///
    /// - Throws: `peerGone`, `stalled` when the peer read nothing for the stall time-out, or `cancelled`.
    package func send(_ bytes: [UInt8]) async throws(HTTPServerError) {
        guard let core else { throw .peerGone }
        try await core.send(bytes)
    }

    /// Ends the answer completely.
    package func finish() {
        core?.end(isComplete: true)
    }

    /// Whether the peer has gone: nothing more can be sent.
    package var isClosed: Bool { core?.isClosed ?? true }
}

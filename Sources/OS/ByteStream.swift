/// A connection that carries bytes both ways: a socket, TLS over one, later an SSH channel.
///
/// One reader and one writer at a time. Cancelling the task ends a pending call with `.cancelled`.
package protocol ByteStream: Sendable {
    /// Waits for bytes and returns at least one and at most `limit`; empty means the peer has finished.
    ///
    /// Where a stream can tell the peer's end from a cut in between, as TLS can, a cut is an error of kind `reset`.
    func read(atMost limit: Int, deadline: Deadline) async throws(StreamError) -> [UInt8]

    /// Hands all bytes to the system; after an error some may have been sent.
    func write(_ bytes: [UInt8], deadline: Deadline) async throws(StreamError)

    /// Ends the connection at once; a pending read returns empty. Calling it again does nothing.
    func close()
}

/// Something that makes connections to one place.
package protocol Connector: Sendable {
    /// Connects, or says precisely why it could not.
    func connect(deadline: Deadline) async throws(StreamError) -> any ByteStream
}

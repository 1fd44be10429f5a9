import CTLS

/// The bytes that go in and out of one session, in place of a socket.
///
/// OpenSSL takes what it can use at once and keeps only a record that is not complete, so nothing is copied
/// on the way in, and an idle connection keeps no buffer here.
@safe struct Pipes {
    /// What came from the peer and is lent for one call.
    var input = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// How much of it was taken.
    var taken = 0
    /// What is to go to the peer.
    var output: [UInt8] = []
    /// Whom a client trusts; nil on a server.
    let client: TLSClientContext?
    /// How the peer is called in sentences.
    let peer: String
    /// Why the peer's certificate was not accepted.
    var refusal: TLSError?

    init(client: TLSClientContext?, peer: String) {
        self.client = client
        self.peer = peer
    }

    /// The pipes of a session, during a call.
    static func of(_ session: OpaquePointer?) -> UnsafeMutablePointer<Pipes>? {
        guard let session = unsafe session, let bio = unsafe SSL_get_rbio(session) else { return nil }
        return unsafe BIO_get_data(bio)?.assumingMemoryBound(to: Pipes.self)
    }

    /// A BIO that reads and writes the pipes that are its data; nil without memory.
    static func makeBIO() -> OpaquePointer? {
        guard let method = unsafe PipeMethod.shared.pointer, let bio = unsafe BIO_new(method) else {
            return nil
        }
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }
}

/// The functions of such a BIO (BIO_meth_new(3)), made once and never freed.
@safe private final class PipeMethod: @unchecked Sendable {
    // SAFETY: nobody changes it after it is made.
    let pointer: OpaquePointer?

    static let shared = PipeMethod()

    private init() {
        unsafe pointer = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bayplan")
        guard let method = unsafe pointer else { return }
        unsafe BIO_meth_set_read(method, readPipe)
        unsafe BIO_meth_set_write(method, writePipe)
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in bayplan_tls_is_flush(command) == 1 ? 1 : 0 }
    }
}

private func readPipe(_ bio: OpaquePointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int32) -> Int32 {
    unsafe bayplan_tls_no_retry(bio)
    guard let bytes = unsafe bytes, count > 0,
        let pipes = unsafe BIO_get_data(bio)?.assumingMemoryBound(to: Pipes.self)
    else { return -1 }
    let rest = unsafe pipes.pointee.input.count - pipes.pointee.taken
    guard rest > 0, let start = unsafe pipes.pointee.input.baseAddress else {
        unsafe bayplan_tls_retry_read(bio)
        return -1
    }
    let given = min(rest, Int(count))
    unsafe UnsafeMutableRawPointer(bytes).copyMemory(from: start + pipes.pointee.taken, byteCount: given)
    unsafe pipes.pointee.taken += given
    return Int32(given)
}

private func writePipe(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
    unsafe bayplan_tls_no_retry(bio)
    guard let bytes = unsafe bytes, count > 0,
        let pipes = unsafe BIO_get_data(bio)?.assumingMemoryBound(to: Pipes.self)
    else { return -1 }
    unsafe pipes.pointee.output.append(
        contentsOf: UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    return count
}

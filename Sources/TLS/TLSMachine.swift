import CTLS
import OS

/// One TLS connection, client or server, over bytes: no socket, no waiting.
///
/// Whoever owns it moves the bytes: what comes from the peer goes into `received`, what `takeOutput` gives
/// goes to the peer, after each call. After an error there may still be an alert to send; then the connection
/// is to be closed.
///
/// An idle one costs 14 KB at the server's end, and 24 KB at the client's, which keeps the server's certificates.
@safe package struct TLSMachine: ~Copyable, @unchecked Sendable {
    // SAFETY: the machine is the session's only owner, and a session may move between threads.
    private let session: OpaquePointer?
    private var pipes: Pipes
    /// What was sent before the handshake was done.
    private var early: [UInt8] = []
    private var failure: TLSError?
    private var hasReceived = false
    private var hasFinished = false

    /// Whether the handshake is done: the peer is who it should be, and bytes flow.
    package private(set) var isEstablished = false
    /// Whether the peer has said that it sends nothing more (close_notify); we may still send.
    package private(set) var peerHasFinished = false

    /// So many bytes may be sent before the handshake is done.
    package static let earlyLimit = 262_144
    /// When so many bytes wait to be taken, nothing more is sent.
    package static let outputLimit = 1_048_576

    /// The server's end; it waits for a client's greeting.
    package init(server: TLSServerContext, peer: String = "the client") {
        self.init(server.shared, nil, peer: peer)
        if let session = unsafe session { unsafe SSL_set_accept_state(session) }
    }

    /// The client's end; its greeting is there to be taken.
    ///
    /// `peer` is the server's name in sentences.
    package init(client: TLSClientContext, peer: String = "the server") {
        self.init(client.shared, client, peer: peer)
        guard let session = unsafe session else { return }
        unsafe SSL_set_connect_state(session)
        unsafe prepareVerification(session, client)
        if failure == nil { shakeHands() }
    }

    private init(_ context: SharedContext, _ client: TLSClientContext?, peer: String) {
        pipes = Pipes(client: client, peer: peer)
        ERR_clear_error()
        unsafe session = unsafe SSL_new(context.pointer)
        guard let session = unsafe session, let bio = unsafe Pipes.makeBIO() else {
            failure = TLSError(
                .other, "There is no memory for a TLS session with \(peer): \(lastErrorText()).")
            return
        }
        unsafe SSL_set_bio(session, bio, bio)
    }

    deinit {
        unsafe SSL_free(session)
    }

    /// Takes all bytes that came from the peer and appends what they hold to `plaintext`.
    ///
    /// - Throws: Why the connection is not secure, or no longer; the same again on each later call.
    package mutating func received(
        _ ciphertext: Span<UInt8>, into plaintext: inout [UInt8]
    ) throws(TLSError) {
        if let failure { throw failure }
        guard !ciphertext.isEmpty, !peerHasFinished else { return }
        if !hasReceived {
            hasReceived = true
            // The types of record with which a peer can begin: handshake and alert (RFC 8446, section 5.1).
            guard ciphertext[0] == 0x16 || ciphertext[0] == 0x15 else { throw fail(notTLS) }
        }
        let waiting = pipes.output.count
        unsafe ciphertext.withUnsafeBufferPointer { buffer in
            unsafe pipes.input = unsafe buffer
            pipes.taken = 0
            take(into: &plaintext)
            unsafe pipes.input = UnsafeBufferPointer(start: nil, count: 0)
        }
        if failure == nil, pipes.output.count > max(waiting, Self.outputLimit) {
            failure = TLSError(
                .other,
                "\(sentenceStart) makes us answer and takes no answer, so the connection was given up.")
        }
        if let failure { throw failure }
    }

    /// Takes all bytes that came from the peer and appends what they hold to `plaintext`.
    ///
    /// - Throws: Why the connection is not secure, or no longer; the same again on each later call.
    package mutating func received(_ ciphertext: [UInt8], into plaintext: inout [UInt8]) throws(TLSError) {
        try received(ciphertext.span, into: &plaintext)
    }

    /// Encrypts bytes; before the handshake is done they are kept, at most `earlyLimit`.
    ///
    /// - Throws: Also when `outputLimit` bytes wait to be taken already.
    package mutating func send(_ plaintext: Span<UInt8>) throws(TLSError) {
        if let failure { throw failure }
        guard !plaintext.isEmpty else { return }
        guard !hasFinished else {
            throw TLSError(.other, "The connection to \(pipes.peer) was finished; nothing more was sent.")
        }
        guard isEstablished else {
            guard plaintext.count <= Self.earlyLimit - early.count else {
                throw TLSError(
                    .other,
                    "\(sentenceStart) has not ended the handshake, and no more can be kept; nothing was sent."
                )
            }
            for index in plaintext.indices { early.append(plaintext[index]) }
            return
        }
        guard pipes.output.count <= Self.outputLimit else {
            throw TLSError(
                .other, "\(sentenceStart) takes too little of what is sent; the rest was not sent.")
        }
        encrypt(plaintext)
        if let failure { throw failure }
    }

    /// Encrypts bytes; before the handshake is done they are kept, at most `earlyLimit`.
    ///
    /// - Throws: Also when `outputLimit` bytes wait to be taken already.
    package mutating func send(_ plaintext: [UInt8]) throws(TLSError) {
        try send(plaintext.span)
    }

    /// The bytes to write to the peer now, each given once.
    package mutating func takeOutput() -> [UInt8] {
        defer { pipes.output = [] }
        return pipes.output
    }

    /// Whether there is something to write to the peer.
    package var hasOutput: Bool { !pipes.output.isEmpty }

    /// Says to the peer that nothing more will be sent (close_notify); before the handshake is done it does
    /// nothing.
    package mutating func finish() {
        guard !hasFinished, failure == nil else { return }
        hasFinished = true
        guard isEstablished else { return }
        _ = unsafe call { unsafe SSL_shutdown($0) }
        ERR_clear_error()
    }

    /// To be told that the peer's bytes ended; false when it was cut without a close_notify.
    package mutating func endOfInput() -> Bool {
        if failure == nil, !peerHasFinished { failure = cutShort }
        return peerHasFinished
    }

    /// The version in use, as `TLSv1.3`; nil before the handshake is done.
    package var version: String? {
        guard isEstablished, let text = unsafe SSL_get_version(session) else { return nil }
        return unsafe String(cString: text)
    }

    /// What the peer's certificate says; nil on a server and before the handshake is done.
    package var peerCertificate: CertificateFacts? {
        guard isEstablished, let certificate = unsafe SSL_get0_peer_certificate(session) else { return nil }
        return unsafe CertificateFacts(certificate)
    }
}

extension TLSMachine {
    /// Whether it is a client.
    var isClient: Bool { pipes.client != nil }

    /// How the peer is called.
    var peerName: String { pipes.peer }

    /// How the peer is called, at the start of a sentence.
    var sentenceStart: String { pipes.peer.prefix(1).uppercased() + pipes.peer.dropFirst() }

    private mutating func fail(_ error: TLSError) -> TLSError {
        failure = error
        return error
    }

    /// Makes one call of OpenSSL's with the pipes connected.
    private mutating func call<Answer>(_ body: (OpaquePointer?) -> Answer) -> Answer {
        ERR_clear_error()
        let session = unsafe session
        return unsafe withUnsafeMutablePointer(to: &pipes) { pipes in
            let bio = unsafe SSL_get_rbio(session)
            unsafe BIO_set_data(bio, pipes)
            defer { unsafe BIO_set_data(bio, nil) }
            return unsafe body(session)
        }
    }

    private mutating func shakeHands() {
        let answer = unsafe call { unsafe SSL_do_handshake($0) }
        guard answer == 1 else { return note(answer) }
        isEstablished = true
        let kept = early
        early = []
        if !kept.isEmpty { encrypt(kept.span) }
    }

    private mutating func take(into plaintext: inout [UInt8]) {
        if !isEstablished { shakeHands() }
        guard isEstablished, failure == nil else { return }
        // A record holds at most so much (RFC 8446, section 5.1).
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { buffer in
            while true {
                let count = unsafe call { unsafe SSL_read($0, buffer.baseAddress, Int32(buffer.count)) }
                guard count > 0 else { return note(count) }
                unsafe plaintext.append(
                    contentsOf: UnsafeMutableBufferPointer(rebasing: buffer[..<Int(count)]))
            }
        }
    }

    private mutating func encrypt(_ plaintext: Span<UInt8>) {
        let records = plaintext.count / 16_384 + 1
        pipes.output.reserveCapacity(pipes.output.count + plaintext.count + records * 64)
        var written = 0
        let answer = unsafe plaintext.withUnsafeBufferPointer { buffer in
            unsafe call { unsafe SSL_write_ex($0, buffer.baseAddress, buffer.count, &written) }
        }
        if answer != 1 { note(answer) }
    }

    /// Looks at why a call did not succeed: more must come, the peer has finished, or all is over.
    private mutating func note(_ answer: Int32) {
        switch unsafe SSL_get_error(session, answer) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: peerHasFinished = true
        default: failure = unsafe failure ?? pipes.refusal ?? explained(session)
        }
        ERR_clear_error()
    }

    /// Tells OpenSSL which name the certificate must have, and what time it is.
    private mutating func prepareVerification(_ session: OpaquePointer, _ client: TLSClientContext) {
        guard let parameters = unsafe SSL_get0_param(session) else { return }
        unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(client.clock() / 1_000))
        guard let name = client.trust.name else { return }
        var isTaken: Int32
        if let address = IPAddress(name) {
            isTaken = unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, address.description)
        } else {
            unsafe X509_VERIFY_PARAM_set_hostflags(
                parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
            )
            isTaken = unsafe X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count)
            if isTaken == 1 { isTaken = unsafe bayplan_tls_server_name(session, name) }
        }
        if isTaken != 1 {
            failure = TLSError(
                .wrongName, "No certificate can be for the name \"\(name)\"; nothing was connected.")
        }
    }
}

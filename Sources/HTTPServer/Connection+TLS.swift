import OS
import TLS

extension Connection {
    /// What is encrypted at once: the rest of a large answer waits until this has left.
    private static let sealedAtOnce = 65_536

    /// Whether the system has taken all that was to be sent.
    var isAllSent: Bool { output.isEmpty && wire.isEmpty }

    /// Whether requests can be made: the connection is plain, or its handshake is done.
    var isSecured: Bool { tls?.isEstablished ?? true }

    /// Takes so many bytes of the service's scratch, which came over an encrypted connection.
    func decrypt(_ count: Int, _ now: BootClock.Instant) {
        let scratch = service.scratch
        do throws(TLSError) {
            try tls?.received(scratch.span.extracting(..<count), into: &input)
            takeSealed()
        } catch {
            return refuse(error, now)
        }
        if tls?.peerHasFinished ?? false, !inputEnded { endInput() }
    }

    /// Encrypts the next bytes of the output; false when that is impossible.
    func encryptSome() -> Bool {
        var room = Self.sealedAtOnce
        do throws(TLSError) {
            while room > 0, !output.isEmpty {
                let count = try output.withNext(atMost: room) { (bytes, _) throws(TLSError) in
                    try tls?.send(bytes)
                    return bytes.count
                }
                output.drop(count)
                room -= count
            }
        } catch {
            return false
        }
        takeSealed()
        return !wire.isEmpty
    }

    /// Tells the peer that nothing more will come, as far as the system takes it (RFC 8446, section 6.1).
    func sayGoodbye(_ now: BootClock.Instant) {
        guard tls != nil, isAllSent else { return }
        tls?.finish()
        takeSealed()
        flush(now)
    }

    private func takeSealed() {
        wire.append(tls?.takeOutput() ?? [])
    }

    /// Ends a connection that is not secure; whoever spoke plain HTTP is told so in plain HTTP.
    private func refuse(_ error: TLSError, _ now: BootClock.Instant) {
        if !isSecured { service.noteHandshakeFailure(error) }
        guard error.kind == .notTLS, Self.isLetter(service.scratch[0]) else {
            takeSealed()
            flush(now)
            return cut(.peerGone)
        }
        tls = nil
        wire = OutputQueue()
        refuse(Refusal(400, "this port speaks HTTPS: write https:// before its address"), now)
    }

    /// Whether a method may begin so (RFC 9110, section 9.1).
    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

import CTLS
import Synchronization

/// The certificate and key that a server shows, which may be replaced while it runs.
///
/// TLS 1.2 and 1.3, only ciphers that are authenticated and forward secret. No renegotiation, no compression,
/// and no session tickets: a full handshake costs 0.4 ms, and so there is no key besides the certificate's
/// that could leak.
package final class TLSServerContext: Sendable {
    /// The PEM file with the server's certificate, followed by those of its authorities.
    package let chainFile: String
    /// The PEM file with the certificate's private key.
    package let keyFile: String

    private struct Current {
        let context: SharedContext
        let chain: [CertificateFacts]
    }

    private let current: Mutex<Current>

    /// Reads both files and checks that they fit.
    ///
    /// - Throws: `badFile` with what is wrong.
    package init(chainFile: String, keyFile: String) throws(TLSError) {
        self.chainFile = chainFile
        self.keyFile = keyFile
        current = Mutex(try Self.load(chainFile, keyFile))
    }

    /// Reads both files again; connections that exist go on with what they began with.
    ///
    /// - Throws: `badFile` with what is wrong; new connections then get the certificate that was used before.
    package func reload() throws(TLSError) {
        let new: Current
        do {
            new = try Self.load(chainFile, keyFile)
        } catch {
            throw TLSError(error.kind, "\(error.sentence) The certificate that was read before stays in use.")
        }
        current.withLock { $0 = new }
    }

    /// What new connections are shown, the server's own certificate first.
    package var chain: [CertificateFacts] { current.withLock(\.chain) }

    /// What new connections are made of.
    var shared: SharedContext { current.withLock(\.context) }

    private static func load(_ chainFile: String, _ keyFile: String) throws(TLSError) -> Current {
        let chain = try PEM.certificates(in: chainFile)
        let key = try PEM.key(in: keyFile)
        guard key.fits(chain[0]) else {
            throw TLSError(
                .badFile,
                """
                The key in \(keyFile) is not that of the first certificate in \(chainFile), so neither was used. \
                The server's own certificate comes first, then its authorities'.
                """)
        }
        let context = try unsafe SharedContext(TLS_server_method())
        ERR_clear_error()
        var isTaken = unsafe SSL_CTX_use_certificate(context.pointer, chain[0].pointer) == 1
        isTaken = unsafe isTaken && SSL_CTX_use_PrivateKey(context.pointer, key.pointer) == 1
        for certificate in chain.dropFirst() {
            isTaken =
                unsafe isTaken && bayplan_tls_context_add_chain(context.pointer, certificate.pointer) == 1
        }
        guard isTaken else {
            throw TLSError(
                .badFile,
                "OpenSSL refuses the certificate in \(chainFile): \(lastErrorText()). It was not used.")
        }
        unsafe SSL_CTX_set_alpn_select_cb(context.pointer, chooseProtocol, nil)
        return Current(context: context, chain: chain.map(\.facts))
    }
}

/// Chooses `http/1.1` where it is offered, else answers nothing about it (RFC 7301).
private func chooseProtocol(
    _: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ length: UnsafeMutablePointer<UInt8>?, _ offered: UnsafePointer<UInt8>?, _ count: UInt32,
    _: UnsafeMutableRawPointer?
) -> Int32 {
    let wanted = Array("http/1.1".utf8)
    guard let chosen = unsafe chosen, let length = unsafe length, let offered = unsafe offered else {
        return SSL_TLSEXT_ERR_NOACK
    }
    var start = 0
    while start < Int(count) {
        let size = unsafe Int(offered[start])
        guard start + 1 + size <= Int(count) else { break }
        let name = unsafe UnsafeBufferPointer(start: offered + start + 1, count: size)
        if unsafe name.elementsEqual(wanted) {
            unsafe chosen.pointee = name.baseAddress
            unsafe length.pointee = UInt8(size)
            return SSL_TLSEXT_ERR_OK
        }
        start += 1 + size
    }
    return SSL_TLSEXT_ERR_NOACK
}

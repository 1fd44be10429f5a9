import CTLS
import OS

/// How a client knows that it talks to the right server.
package enum TLSTrust: Hashable, Sendable {
    /// The chain that the server shows must lead to an authority with this public key, whose certificate it
    /// shows too.
    ///
    /// The SHA-256 of the SubjectPublicKeyInfo; the name or address is checked only if given.
    case pinned(publicKeySHA256: [UInt8], name: String?)
    /// An authority in this PEM file must vouch for this name or address.
    case file(String, name: String)
    /// An authority that the system trusts must vouch for this name or address.
    case system(name: String)

    /// The DNS name or address that the certificate must be for.
    var name: String? {
        switch self {
        case .pinned(_, let name): name
        case .file(_, let name): name
        case .system(let name): name
        }
    }
}

/// What many connections of a client have in common: whom it trusts, and by which clock.
package final class TLSClientContext: Sendable {
    /// Whom it trusts.
    package let trust: TLSTrust
    /// Milliseconds since 1970, by which certificates are valid or not.
    let clock: @Sendable () -> Int64
    let shared: SharedContext

    /// Reads what the trust needs.
    ///
    /// - Parameters:
    ///   - trust: How the server is known.
    ///   - clock: Milliseconds since 1970; this machine's clock unless said otherwise.
    /// - Throws: `badFile` when the file with the authorities cannot be used.
    package init(
        _ trust: TLSTrust, clock: @escaping @Sendable () -> Int64 = { WallClock.now() }
    ) throws(TLSError) {
        self.trust = trust
        self.clock = clock
        shared = try unsafe SharedContext(TLS_client_method())
        unsafe SSL_CTX_set_verify(shared.pointer, SSL_VERIFY_PEER, nil)
        unsafe SSL_CTX_set_cert_verify_callback(shared.pointer, verifyServer, nil)
        switch trust {
        case .pinned(let digest, _):
            guard digest.count == 32 else {
                throw TLSError(
                    .other,
                    "A pin has 32 bytes, not \(digest.count), so nothing was connected. Make a new token.")
            }
        case .file(let path, _):
            let store = unsafe SSL_CTX_get_cert_store(shared.pointer)
            for certificate in try PEM.certificates(in: path) {
                // One that is there twice is no error.
                unsafe X509_STORE_add_cert(store, certificate.pointer)
            }
            ERR_clear_error()
        case .system:
            guard unsafe SSL_CTX_set_default_verify_paths(shared.pointer) == 1 else {
                throw TLSError(
                    .badFile,
                    """
                    The system's certificate authorities could not be read: \(lastErrorText()). Install the package \
                    ca-certificates.
                    """)
            }
        }
    }
}

import CTLS
import OS

/// Checks a server's chain in place of X509_verify_cert(3), so that a pin can be the anchor and a refusal can
/// say why.
func verifyServer(_ store: OpaquePointer?, _: UnsafeMutableRawPointer?) -> Int32 {
    let index = SSL_get_ex_data_X509_STORE_CTX_idx()
    guard let store = unsafe store, let session = unsafe X509_STORE_CTX_get_ex_data(store, index),
        let pipes = unsafe Pipes.of(OpaquePointer(session)), let client = unsafe pipes.pointee.client
    else { return 0 }
    let verification = unsafe Verification(store: store, client: client, peer: pipes.pointee.peer)
    guard let refusal = verification.run() else { return 1 }
    unsafe pipes.pointee.refusal = refusal
    return 0
}

/// One look at a chain.
@safe private struct Verification {
    let store: OpaquePointer
    let client: TLSClientContext
    let peer: String

    init(store: OpaquePointer, client: TLSClientContext, peer: String) {
        unsafe self.store = unsafe store
        self.client = client
        self.peer = peer
    }

    /// Why the chain is not accepted; nil when it is.
    func run() -> TLSError? {
        let parameters = unsafe X509_STORE_CTX_get0_param(store)
        // An authority that is trusted need not be a root: whoever names it means it.
        unsafe X509_VERIFY_PARAM_set_flags(
            parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CHECK_SS_SIGNATURE))
        guard case .pinned(let digest, _) = client.trust else { return verify() }
        guard let anchors = unsafe bayplan_tls_new_certificates() else { return unknownAuthority() }
        defer { unsafe bayplan_tls_free_certificates(anchors) }
        let shown = unsafe X509_STORE_CTX_get0_untrusted(store)
        for index in 0..<(unsafe bayplan_tls_certificates(shown)) {
            guard let certificate = unsafe bayplan_tls_certificate(shown, index),
                unsafe X509_check_ca(certificate) == 1,
                unsafe CertificateFacts.digest(of: certificate) == digest
            else { continue }
            unsafe bayplan_tls_push_certificate(anchors, certificate)
        }
        guard unsafe bayplan_tls_certificates(anchors) > 0 else {
            unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
            return unknownAuthority()
        }
        // Whatever else such a certificate may claim, what is below it must be signed with the pinned key.
        unsafe X509_STORE_CTX_set0_trusted_stack(store, anchors)
        return verify()
    }

    private func verify() -> TLSError? {
        guard unsafe X509_verify_cert(store) != 1 else { return nil }
        let code = unsafe X509_STORE_CTX_get_error(store)
        let facts = unsafe X509_STORE_CTX_get_current_cert(store).map { unsafe CertificateFacts($0) }
        switch (code, facts) {
        case (X509_V_ERR_CERT_HAS_EXPIRED, .some(let facts)):
            return TLSError(
                .expired,
                """
                The certificate that \(peer) shows (\(facts.subject)) was valid until \(text(facts.notAfter)), and \
                this machine's clock says \(now); nothing was sent. Set the clock if it is wrong, else renew the \
                certificate on the server.
                """)
        case (X509_V_ERR_CERT_NOT_YET_VALID, .some(let facts)):
            return TLSError(
                .notYetValid,
                """
                The certificate that \(peer) shows (\(facts.subject)) is valid from \(text(facts.notBefore)) on, and \
                this machine's clock says \(now); nothing was sent. One of the two clocks is wrong: compare `date -u` \
                on both machines.
                """)
        case (X509_V_ERR_HOSTNAME_MISMATCH, _), (X509_V_ERR_IP_ADDRESS_MISMATCH, _):
            return wrongName(facts?.names ?? [])
        case (X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, _), (X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, _),
            (X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, _), (X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, _),
            (X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, _), (X509_V_ERR_CERT_SIGNATURE_FAILURE, _):
            return unknownAuthority()
        default:
            let words = unsafe X509_verify_cert_error_string(Int(code)).map { unsafe String(cString: $0) }
            return TLSError(
                .untrusted,
                """
                The certificate that \(peer) shows cannot be trusted (\(words ?? "error \(code)")); nothing was sent. \
                Mend it on the server.
                """)
        }
    }

    private func unknownAuthority() -> TLSError {
        let sentence =
            switch client.trust {
            case .pinned:
                """
                The certificate that \(peer) shows is not signed by the authority of this token; nothing was sent. \
                Check the address; if the aggregator was set up anew, make a new token there.
                """
            case .file(let path, _):
                """
                The certificate that \(peer) shows is not signed by an authority in \(path); nothing was sent. Check \
                the address, and that the file is the one of this server.
                """
            case .system:
                """
                The certificate that \(peer) shows is not signed by an authority that this system trusts; nothing \
                was sent. Use a token or name the authority's file; if it is a public one, install ca-certificates.
                """
            }
        return TLSError(.untrusted, sentence)
    }

    private func wrongName(_ names: [String]) -> TLSError {
        let wanted = client.trust.name ?? "this name"
        let shown = names.prefix(8).joined(separator: ", ")
        let others = names.count > 8 ? " and \(names.count - 8) more" : ""
        return TLSError(
            .wrongName,
            """
            The certificate that \(peer) shows is not for \(wanted) but for \(shown.isEmpty ? "no name" : shown)\
            \(others); nothing was sent. Use one of its names, or give the server a certificate for this one.
            """)
    }

    private var now: String { text(client.clock()) }

    /// A time to the second.
    private func text(_ milliseconds: Int64) -> String {
        String(Timestamp.text(milliseconds: milliseconds).prefix(19)) + "Z"
    }
}

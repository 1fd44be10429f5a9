import CTLS

extension TLSMachine {
    /// Something that is no TLS came.
    var notTLS: TLSError {
        TLSError(
            .notTLS,
            isClient
                ? """
                \(sentenceStart) does not speak TLS at this port, so nothing was sent. Check the port, and that the \
                server has not been started without encryption.
                """
                : "\(sentenceStart) does not speak TLS, so it was not listened to. It must connect with TLS 1.2 or 1.3."
        )
    }

    /// The peer's bytes ended without a close_notify.
    package var cutShort: TLSError {
        TLSError(
            .closedEarly,
            isEstablished
                ? """
                \(sentenceStart) broke the connection off without saying that it had finished, so what came may not \
                be all.
                """
                : """
                \(sentenceStart) broke the connection off during the TLS handshake; nothing was sent. \
                \(isClient ? "Its log says why; check also that it speaks TLS at this port." : "")
                """.trimmed)
    }

    /// What OpenSSL's last error means.
    func explained(_ session: OpaquePointer?) -> TLSError {
        let reason = bayplan_tls_last_reason()
        let text = lastErrorText()
        switch reason {
        case SSL_R_WRONG_VERSION_NUMBER where !isEstablished, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            return notTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_WRONG_SSL_VERSION,
            SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_INAPPROPRIATE_FALLBACK, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return TLSError(
                .protocolVersion,
                "\(sentenceStart) does not speak TLS 1.2 or newer, so nothing was sent. Update it (\(text)).")
        case SSL_R_NO_SHARED_CIPHER, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            return TLSError(
                .other,
                """
                \(sentenceStart) and this side have no cipher in common, so nothing was sent. Update it: it must \
                know ECDHE with AES-GCM or ChaCha20 (\(text)).
                """)
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
            SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
            SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
            return TLSError(
                .untrusted, "\(sentenceStart) does not accept our certificate and hung up (\(text)).")
        default:
            return TLSError(
                .other,
                "The TLS \(isEstablished ? "connection" : "handshake") with \(peerName) failed: \(text).")
        }
    }
}

extension String {
    /// Without blanks at its end.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

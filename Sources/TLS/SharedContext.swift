import CTLS

/// The owner of one SSL_CTX: what many connections have in common.
@safe final class SharedContext: @unchecked Sendable {
    // SAFETY: it is set up by one thread and not changed afterwards; SSL_new(3) may be called by many.
    let pointer: OpaquePointer

    /// Makes one with the least version and the ciphers that every connection keeps to.
    init(_ method: OpaquePointer?) throws(TLSError) {
        ERR_clear_error()
        guard let pointer = unsafe SSL_CTX_new(method) else { throw Self.failed() }
        unsafe self.pointer = unsafe pointer
        unsafe bayplan_tls_context_mode(pointer)
        guard unsafe bayplan_tls_context_floor(pointer) == 1 else { throw Self.failed() }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    private static func failed() -> TLSError {
        TLSError(.other, "OpenSSL could not be set up: \(lastErrorText()). No connection can be secured.")
    }
}

/// OpenSSL's words for what failed last on this thread, and forgets it.
func lastErrorText() -> String {
    let code = ERR_peek_last_error()
    ERR_clear_error()
    guard let text = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}

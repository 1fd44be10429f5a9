import CTLS
import OS

/// The owner of one X.509 certificate.
@safe final class Certificate: @unchecked Sendable {
    // SAFETY: the reference count of an X509 is atomic, and nobody changes it once it is shared.
    let pointer: OpaquePointer

    /// Takes over a certificate.
    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// What it says about itself.
    var facts: CertificateFacts { unsafe CertificateFacts(pointer) }

    /// Its PEM text.
    var pem: [UInt8] {
        unsafe PEM.text { unsafe PEM_write_bio_X509($0, pointer) } ?? []
    }
}

/// The owner of one private key.
@safe final class PrivateKey: @unchecked Sendable {
    // SAFETY: the reference count of an EVP_PKEY is atomic, and nobody changes the key.
    let pointer: OpaquePointer

    /// Takes over a key.
    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// Makes a new one on the curve P-256; nil only when OpenSSL has no randomness or memory.
    convenience init?() {
        guard let key = unsafe bayplan_tls_new_key() else { return nil }
        unsafe self.init(adopting: key)
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Whether the certificate is for this key.
    func fits(_ certificate: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return unsafe X509_check_private_key(certificate.pointer, pointer) == 1
    }

    /// Its PEM text (PKCS #8), not encrypted.
    var pem: [UInt8]? {
        unsafe PEM.text { unsafe PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }
}

/// Text with certificates and keys (RFC 7468).
enum PEM {
    /// More certificates in one file than any chain or store needs.
    private static let mostCertificates = 4_096
    /// Larger files are refused unread.
    private static let largestFile = 8 << 20

    /// All certificates of a file, in order, at least one.
    static func certificates(in path: String) throws(TLSError) -> [Certificate] {
        let bytes = try read(path)
        var certificates: [Certificate] = []
        unsafe withMemory(bytes) { memory in
            while certificates.count < mostCertificates,
                let pointer = unsafe PEM_read_bio_X509(memory, nil, noPassphrase, nil)
            {
                unsafe certificates.append(Certificate(adopting: pointer))
            }
        }
        // What stopped the loop is the end of the file, or text that begins like a certificate and is none.
        let reason = bayplan_tls_last_reason()
        ERR_clear_error()
        guard !certificates.isEmpty, reason == PEM_R_NO_START_LINE else {
            throw TLSError(
                .badFile,
                """
                \(path) holds \(certificates.isEmpty ? "no certificate" : "a damaged certificate"), so it was not \
                used. It must be PEM text with -----BEGIN CERTIFICATE----- lines.
                """)
        }
        return certificates
    }

    /// The private key of a file.
    static func key(in path: String) throws(TLSError) -> PrivateKey {
        let bytes = try read(path)
        let pointer = unsafe withMemory(bytes) { memory in
            unsafe PEM_read_bio_PrivateKey(memory, nil, noPassphrase, nil)
        }
        ERR_clear_error()
        guard let pointer = unsafe pointer else {
            let text = String(decoding: bytes, as: UTF8.self)
            throw TLSError(
                .badFile,
                text.contains("ENCRYPTED")
                    ? """
                    The key in \(path) is protected by a passphrase, so it was not used: nobody is there to type it. \
                    Write it without one: openssl pkey -in \(path) -out NEW
                    """
                    : """
                    \(path) holds no private key, so it was not used. It must be PEM text with a \
                    -----BEGIN PRIVATE KEY----- line.
                    """)
        }
        return unsafe PrivateKey(adopting: pointer)
    }

    /// The text that a function of OpenSSL's writes.
    static func text(_ write: (OpaquePointer) -> Int32) -> [UInt8]? {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return nil }
        defer { unsafe BIO_free(memory) }
        guard unsafe write(memory) == 1 else { return nil }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = unsafe bayplan_tls_memory(memory, &bytes)
        guard let bytes = unsafe bytes, count > 0 else { return nil }
        return unsafe UnsafeRawBufferPointer(start: bytes, count: count).map { $0 }
    }

    private static func read(_ path: String) throws(TLSError) -> [UInt8] {
        do {
            return try readFile(path, limit: largestFile)
        } catch {
            throw TLSError(.badFile, error.sentence)
        }
    }

    private static func withMemory<Answer>(_ bytes: [UInt8], _ body: (OpaquePointer?) -> Answer) -> Answer {
        ERR_clear_error()
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            let memory = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count))
            defer { unsafe BIO_free(memory) }
            return unsafe body(memory)
        }
    }
}

/// Never asks at a terminal, as OpenSSL would (pem_password_cb(3)).
private func noPassphrase(
    _: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32, _: UnsafeMutableRawPointer?
) -> Int32 { -1 }

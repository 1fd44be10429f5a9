import CTLS
import OS

/// What a certificate says: for whom it is, and when.
package struct CertificateFacts: Hashable, Sendable {
    /// Its subject: `CN=Bayplan aggregator`.
    package let subject: String
    /// Who signed it.
    package let issuer: String
    /// The DNS names and addresses it is for, in its order.
    package let names: [String]
    /// From when it is valid, in milliseconds since 1970.
    package let notBefore: Int64
    /// Until when it is valid, in milliseconds since 1970.
    package let notAfter: Int64
    /// Whether it may sign others.
    package let isAuthority: Bool
    /// The SHA-256 of its public key (SubjectPublicKeyInfo), 32 bytes.
    package let publicKeySHA256: [UInt8]

    /// Reads the certificates of a PEM file, the first is the server's own; at least one.
    ///
    /// - Throws: `badFile` with what is wrong with the file.
    package static func read(_ path: String) throws(TLSError) -> [CertificateFacts] {
        try PEM.certificates(in: path).map(\.facts)
    }

    /// Whether it is for that DNS name or address; a `*.` at its start stands for one label.
    package func covers(_ name: String) -> Bool {
        if let address = IPAddress(name) { return names.contains(address.description) }
        let name = name.lowercased()
        let rest = name.firstIndex(of: ".").map { name[$0...] }
        return names.contains { pattern in
            let pattern = pattern.lowercased()
            if pattern == name { return true }
            guard pattern.hasPrefix("*."), let rest else { return false }
            return pattern.dropFirst() == rest
        }
    }

    init(_ certificate: OpaquePointer) {
        subject = unsafe Self.text(of: X509_get_subject_name(certificate))
        issuer = unsafe Self.text(of: X509_get_issuer_name(certificate))
        notBefore = unsafe Self.milliseconds(X509_get0_notBefore(certificate))
        notAfter = unsafe Self.milliseconds(X509_get0_notAfter(certificate))
        isAuthority = unsafe X509_check_ca(certificate) == 1
        publicKeySHA256 = unsafe Self.digest(of: certificate)
        names = unsafe Self.names(of: certificate)
        ERR_clear_error()
    }

    /// The SHA-256 of the SubjectPublicKeyInfo, as it stands in the certificate; empty if it cannot be
    /// written.
    static func digest(of certificate: OpaquePointer) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes)
        defer { unsafe bayplan_tls_free(bytes) }
        guard count > 0, let bytes = unsafe bytes else { return [] }
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let isDone = unsafe EVP_Digest(bytes, Int(count), &digest, &length, EVP_sha256(), nil)
        return isDone == 1 && length == 32 ? digest : []
    }

    private static func milliseconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        guard let time = unsafe time else { return .min }
        let seconds = unsafe bayplan_tls_seconds(time)
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? .min : milliseconds
    }

    private static func text(of name: OpaquePointer?) -> String {
        let text = unsafe PEM.text { memory in
            unsafe bayplan_tls_print_name(memory, name)
        }
        return printable(text ?? [])
    }

    private static func names(of certificate: OpaquePointer) -> [String] {
        guard let list = unsafe bayplan_tls_names(certificate) else { return [] }
        defer { unsafe bayplan_tls_free_names(list) }
        var names: [String] = []
        for index in 0..<(unsafe bayplan_tls_name_count(list)) {
            var start: UnsafePointer<UInt8>?
            var count: Int32 = 0
            let kind = unsafe bayplan_tls_name(list, index, &start, &count)
            guard let start = unsafe start, count > 0 else { continue }
            let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
            if kind == GEN_DNS {
                names.append(printable(bytes))
            } else if let address = IPAddress(bytes: bytes) {
                names.append(address.description)
            }
        }
        return names
    }

    /// Text that a stranger wrote, fit for a sentence: short, and without control characters.
    private static func printable(_ bytes: [UInt8]) -> String {
        let shown = bytes.prefix(256).map { $0 >= 0x20 && $0 < 0x7f ? $0 : UInt8(ascii: "?") }
        return String(decoding: shown, as: UTF8.self)
    }
}

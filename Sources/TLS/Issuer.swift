import CTLS
import OS

/// Makes certificates (RFC 5280).
enum Issuer {
    /// Names and addresses as they are put into a certificate, each once.
    static func checked(_ names: [String]) throws(TLSError) -> [String] {
        var checked: [String] = []
        for name in names {
            let text = IPAddress(name)?.description ?? name.lowercased()
            guard IPAddress(text) != nil || isDNSName(text) else {
                throw TLSError(
                    .wrongName,
                    "\"\(name.prefix(253))\" is no DNS name and no address, so no certificate was made for it."
                )
            }
            if !checked.contains(text) { checked.append(text) }
        }
        guard checked.count <= CertificateAuthority.mostNames else {
            throw TLSError(
                .wrongName,
                """
                A certificate has at most \(CertificateAuthority.mostNames) names, and \(checked.count) are asked \
                for; none was made.
                """)
        }
        return checked
    }

    /// A certificate that signs others, and itself.
    ///
    /// It has no name constraints: they would hold for ten years, and an aggregator may move to another name.
    /// A client that knows it by its key trusts it for this aggregator only.
    static func authority(key: PrivateKey, now: Int64) throws(TLSError) -> Certificate {
        let certificate = try begun(
            key, from: now - CertificateAuthority.leadTime, to: now + CertificateAuthority.authorityLifetime)
        let pointer = unsafe certificate.pointer
        // Its own name for each, so that two authorities in one bundle are not taken for each other.
        let digest = unsafe CertificateFacts.digest(of: pointer).prefix(4)
        let mark = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let name = try unsafe named(X509_get_subject_name(pointer), "Bayplan authority \(mark)")
        guard unsafe X509_set_issuer_name(pointer, name) == 1 else { throw failed() }
        try extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        try extend(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign")
        try extend(certificate, certificate, NID_subject_key_identifier, "hash")
        return try signed(certificate, key)
    }

    /// A certificate for a server with these names.
    static func server(
        key: PrivateKey, names: [String], authority: Certificate, signingKey: PrivateKey, now: Int64
    ) throws(TLSError) -> Certificate {
        let end = min(now + CertificateAuthority.serverLifetime, authority.facts.notAfter)
        let certificate = try begun(key, from: now - CertificateAuthority.leadTime, to: end)
        let pointer = unsafe certificate.pointer
        _ = try unsafe named(X509_get_subject_name(pointer), "Bayplan aggregator")
        guard unsafe X509_set_issuer_name(pointer, X509_get_subject_name(authority.pointer)) == 1 else {
            throw failed()
        }
        try extend(certificate, authority, NID_basic_constraints, "critical,CA:FALSE")
        try extend(certificate, authority, NID_key_usage, "critical,digitalSignature")
        try extend(certificate, authority, NID_ext_key_usage, "serverAuth")
        try extend(certificate, authority, NID_subject_key_identifier, "hash")
        try extend(certificate, authority, NID_authority_key_identifier, "keyid:always")
        let list = names.map { (IPAddress($0) == nil ? "DNS:" : "IP:") + $0 }.joined(separator: ",")
        if !list.isEmpty { try extend(certificate, authority, NID_subject_alt_name, list) }
        return try signed(certificate, signingKey)
    }

    /// A certificate of version 3 with a random number, a time and a key.
    private static func begun(_ key: PrivateKey, from: Int64, to: Int64) throws(TLSError) -> Certificate {
        ERR_clear_error()
        guard let pointer = unsafe X509_new() else { throw failed() }
        let certificate = unsafe Certificate(adopting: pointer)
        guard unsafe X509_set_version(pointer, 2) == 1, unsafe bayplan_tls_random_serial(pointer) == 1,
            unsafe ASN1_TIME_set(X509_getm_notBefore(pointer), time_t(from / 1_000)) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(pointer), time_t(to / 1_000)) != nil,
            unsafe X509_set_pubkey(pointer, key.pointer) == 1
        else { throw failed() }
        return certificate
    }

    private static func named(_ name: OpaquePointer?, _ text: String) throws(TLSError) -> OpaquePointer? {
        let bytes = Array(text.utf8)
        guard
            unsafe X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes, Int32(bytes.count), -1, 0) == 1
        else { throw failed() }
        return unsafe name
    }

    private static func extend(
        _ certificate: Certificate, _ issuer: Certificate, _ kind: Int32, _ value: String
    ) throws(TLSError) {
        guard unsafe bayplan_tls_add_extension(certificate.pointer, issuer.pointer, kind, value) == 1 else {
            throw failed()
        }
    }

    private static func signed(_ certificate: Certificate, _ key: PrivateKey) throws(TLSError) -> Certificate
    {
        guard unsafe X509_sign(certificate.pointer, key.pointer, EVP_sha256()) > 0 else { throw failed() }
        return certificate
    }

    private static func failed() -> TLSError {
        TLSError(.other, "OpenSSL could not make a certificate: \(lastErrorText()). Nothing was written.")
    }

    /// Only what cannot mean something else in the text that OpenSSL reads names from.
    private static func isDNSName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 253
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "*"):
                    true
                default: false
                }
            }
    }
}

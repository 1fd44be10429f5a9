import OS

/// The aggregator's own certificate authority and the server certificate that it signs, as files in a folder.
///
/// `ca-key.pem`, `ca.pem`, `server-key.pem` and `server.pem` (the server's certificate, then the
/// authority's). Clients know the authority by its key, which is never replaced; both certificates are
/// renewed when two thirds of their time are over. Whatever moment the process dies at, the next start goes
/// on from there.
package struct CertificateAuthority: Hashable, Sendable {
    /// What was done to have it.
    package enum Deed: Hashable, Sendable {
        /// All was there.
        case loaded
        /// The authority is new: clients that knew another must get new tokens.
        case made
        /// The authority is the same, one of the certificates is new.
        case renewed
    }

    /// The folder of the four files.
    package let folder: String
    /// What was done.
    package let deed: Deed
    /// What the authority's certificate says.
    package let authority: CertificateFacts
    /// What the server's certificate says.
    package let server: CertificateFacts

    /// The authority's certificate, for clients that want a file.
    package var authorityFile: String { Paths(folder).authority }
    /// The server's certificate and then the authority's.
    package var chainFile: String { Paths(folder).server }
    /// The private key of the server's certificate.
    package var keyFile: String { Paths(folder).serverKey }
    /// By what clients know the authority: the SHA-256 of its SubjectPublicKeyInfo.
    package var publicKeySHA256: [UInt8] { authority.publicKeySHA256 }
    /// When `loadOrMake` will renew something, in milliseconds since 1970.
    package var renewalTime: Int64 { min(authority.renewalTime, server.renewalTime) }

    /// Certificates begin so long before they are made, for clients whose clock is behind.
    package static let leadTime: Int64 = 3 * day
    /// How long the authority's certificate is valid.
    package static let authorityLifetime: Int64 = 3_653 * day
    /// How long the server's certificate is valid.
    package static let serverLifetime: Int64 = 365 * day
    /// Names that one certificate may have.
    package static let mostNames = 256

    private static let day: Int64 = 86_400_000

    private struct Paths {
        let authority, authorityKey, server, serverKey: String

        init(_ folder: String) {
            authority = "\(folder)/ca.pem"
            authorityKey = "\(folder)/ca-key.pem"
            server = "\(folder)/server.pem"
            serverKey = "\(folder)/server-key.pem"
        }
    }

    /// Reads the folder, makes what is missing at the first start, and renews what is due.
    ///
    /// One process at a time; blocks on the disk. The files are whole at any moment, also for others that
    /// read them.
    ///
    /// - Parameters:
    ///   - folder: Made if it is missing, for its owner only.
    ///   - names: DNS names and addresses that the server's certificate must have; those it has besides stay
    ///     until it is renewed.
    ///   - now: Milliseconds since 1970.
    /// - Returns: What the folder holds now, and whether something is new.
    /// - Throws: `badFile` when the folder cannot be used as it is; nothing was replaced then.
    package static func loadOrMake(
        in folder: String, names: [String], now: Int64
    ) throws(TLSError) -> CertificateAuthority {
        let names = try Issuer.checked(names)
        let paths = Paths(folder)
        do {
            try makeDirectories(folder)
        } catch {
            throw TLSError(.badFile, error.sentence)
        }
        let isNew = try isEmpty(paths)
        let key = try key(at: paths.authorityKey)
        let (authority, isRenewed) = try authority(paths, key, now: now)
        // A clock that went back must not make certificates that clients find expired.
        let later = max(now, authority.facts.notBefore)
        let serverKey = try self.key(at: paths.serverKey)
        let kept = try server(paths, serverKey, authority, names: names, now: later)
        let server: CertificateFacts
        if let kept {
            server = kept
        } else {
            let certificate = try Issuer.server(
                key: serverKey, names: names, authority: authority, signingKey: key, now: later)
            try write(certificate.pem + authority.pem, to: paths.server, mode: 0o644)
            server = certificate.facts
        }
        return CertificateAuthority(
            folder: folder, deed: isNew ? .made : isRenewed || kept == nil ? .renewed : .loaded,
            authority: authority.facts, server: server)
    }

    /// Whether nothing is there; that the authority's key is missing and something else is there is refused.
    private static func isEmpty(_ paths: Paths) throws(TLSError) -> Bool {
        guard !fileExists(paths.authorityKey) else { return false }
        for path in [paths.authority, paths.server, paths.serverKey] where fileExists(path) {
            throw TLSError(
                .badFile,
                """
                \(paths.authorityKey) is missing, and \(path) is there, so no certificate was made: with another key \
                no client would know this aggregator. Bring the key back from a copy; or move the other files away, \
                and make new tokens afterwards.
                """)
        }
        return true
    }

    /// The private key in a file, made if there is none.
    private static func key(at path: String) throws(TLSError) -> PrivateKey {
        guard fileExists(path) else {
            guard let key = PrivateKey(), let pem = key.pem else {
                throw TLSError(
                    .other, "OpenSSL could not make a key: \(lastErrorText()). Nothing was written.")
            }
            try write(pem, to: path, mode: 0o600)
            return key
        }
        let key = try PEM.key(in: path)
        let permissions: FilePermissions
        do {
            permissions = try filePermissions(path)
        } catch {
            throw TLSError(.badFile, error.sentence)
        }
        guard permissions.isPrivate else {
            throw TLSError(
                .badFile,
                """
                Others may read the key in \(path) (mode \(permissions.text)), so it was not used. Run `chmod 600 \
                \(path)`; if somebody may have read it, move the folder away and make new tokens.
                """)
        }
        return key
    }

    /// The authority's certificate, made with its key if it is missing or old.
    private static func authority(
        _ paths: Paths, _ key: PrivateKey, now: Int64
    ) throws(TLSError) -> (Certificate, isRenewed: Bool) {
        if fileExists(paths.authority) {
            let certificate = try PEM.certificates(in: paths.authority)[0]
            guard key.fits(certificate), certificate.facts.isAuthority else {
                throw TLSError(
                    .badFile,
                    """
                    \(paths.authority) is not the certificate of the authority whose key is in \
                    \(paths.authorityKey), so neither was used. Bring back the one that belongs to the key; without \
                    a copy, remove the certificate and it is made anew.
                    """)
            }
            if now < certificate.facts.renewalTime { return (certificate, false) }
        }
        let certificate = try Issuer.authority(key: key, now: now)
        try write(certificate.pem, to: paths.authority, mode: 0o644)
        return (certificate, true)
    }

    /// The server's certificate; nil when a new one is to be made.
    private static func server(
        _ paths: Paths, _ key: PrivateKey, _ authority: Certificate, names: [String], now: Int64
    ) throws(TLSError) -> CertificateFacts? {
        guard fileExists(paths.server) else { return nil }
        let chain: [Certificate]
        do throws(TLSError) {
            chain = try PEM.certificates(in: paths.server)
        } catch {
            throw TLSError(error.kind, "\(error.sentence) Remove it, and it is made anew.")
        }
        let facts = chain[0].facts
        guard chain.count == 2, key.fits(chain[0]), chain[1].pem == authority.pem, facts.notBefore <= now,
            now < facts.renewalTime, names.allSatisfy(facts.covers)
        else { return nil }
        return facts
    }

    private static func write(_ bytes: [UInt8], to path: String, mode: UInt16) throws(TLSError) {
        do {
            try writeFileAtomically(path, bytes, mode: mode)
        } catch {
            throw TLSError(.badFile, error.sentence)
        }
    }
}

extension CertificateFacts {
    /// When two thirds of its time are over.
    package var renewalTime: Int64 {
        let life = notAfter.subtractingReportingOverflow(notBefore)
        guard !life.overflow, life.partialValue > 0 else { return .min }
        return notBefore + life.partialValue / 3 * 2
    }
}

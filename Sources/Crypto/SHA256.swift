import CCrypto

/// SHA-256 (FIPS 180-4) from OpenSSL's libcrypto: the form in which secrets are stored.
package enum SHA256 {
    /// The 32 bytes of a text's hash.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let isDone = unsafe EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil)
        precondition(isDone == 1 && length == 32, "libcrypto always has SHA-256")
        return digest
    }
}

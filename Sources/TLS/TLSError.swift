/// Why a connection is not secure, or why a certificate or key cannot be used.
package struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program may decide by; people read the sentence.
    package enum Kind: Hashable, Sendable {
        /// No authority that is trusted vouches for the peer, or the peer does not trust us.
        case untrusted
        /// The certificate's time is over, by this machine's clock.
        case expired
        /// The certificate's time has not come, by this machine's clock.
        case notYetValid
        /// The certificate is for other names.
        case wrongName
        /// The peer speaks no version of TLS that is allowed: 1.2 is the least.
        case protocolVersion
        /// What came is something else than TLS.
        case notTLS
        /// The connection was cut before the peer said that it had finished.
        case closedEarly
        /// A file with a certificate or a key is missing, unreadable, or does not fit the others.
        case badFile
        /// Anything else; the sentence has OpenSSL's words.
        case other
    }

    /// What a program may decide by.
    package let kind: Kind
    /// What happened, what did not happen, and what to do.
    package let sentence: String

    /// Says why, for programs and for people.
    package init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    /// The sentence.
    package var description: String { sentence }
}

/// What proves over a connection who asks: a token's id and its secret.
///
/// Its text, `ID.SECRET`, is the bearer token of HTTP (RFC 6750) and `credential` of `hello`.
package struct Credential: Hashable, Sendable {
    /// Names the token to people and in logs: 10 characters of `[a-z2-7]`, drawn at random.
    package let id: String
    /// 32 random bytes; whoever has them has the token.
    package let secret: [UInt8]

    static let secretLength = 32
    private static let idLength = 10

    /// Draws a new one.
    package init(using random: inout some RandomNumberGenerator) {
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        id = String(
            decoding: (0..<Self.idLength).map { _ in letters[Int.random(in: 0..<32, using: &random)] },
            as: UTF8.self)
        secret = (0..<Self.secretLength).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Checks the form of both parts; nil when one has another.
    package init?(id: String, secret: [UInt8]) {
        let isID = id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x32...0x37).contains($0) }
        guard isID, id.utf8.count == Self.idLength, secret.count == Self.secretLength else { return nil }
        self.id = id
        self.secret = secret
    }

    /// Reads `ID.SECRET`; nil when it is something else.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let secret = Base64URL.bytes(parts[1]) else { return nil }
        self.init(id: String(parts[0]), secret: secret)
    }

    /// `ID.SECRET`: secret, never to be logged.
    package var text: String { "\(id).\(Base64URL.text(secret))" }
}

extension Credential: CustomStringConvertible, CustomReflectable {
    /// The id alone, so that no secret gets into a log.
    package var description: String { id }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

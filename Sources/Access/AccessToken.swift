package import Inventory
internal import JSON

/// All that a client needs to reach an aggregator, as one string: where it is, how to know it, and who asks.
///
/// The text is `bayplan1.` and base64url of a JSON object and its CRC-32, so that a string that was cut short or
/// mistyped is found before anything is sent.
package struct AccessToken: Hashable, Sendable {
    /// For whom a token speaks.
    package enum Subject: Hashable, Sendable {
        /// One host's agent.
        case host(HostID)
        /// People, scripts and proxies that use the API.
        case scope(Scope)
    }

    /// Where to connect, as `HOST:PORT`, in the order in which to try: the agents' door or the API's.
    package let addresses: [String]
    /// The SHA-256 of the public key (SubjectPublicKeyInfo) of the certificate authority to trust; nil when the
    /// system's own authorities are to be trusted.
    package let pin: [UInt8]?
    /// Whether the certificate must name the address, as with one that the administrator brought.
    package let checksName: Bool
    package let subject: Subject
    package let credential: Credential

    private static let prefix = "bayplan1."
    /// Longer texts are refused unread.
    static let limit = 4_096

    package init(
        addresses: [String], pin: [UInt8]?, checksName: Bool, subject: Subject, credential: Credential
    ) {
        self.addresses = addresses
        self.pin = pin
        self.checksName = checksName
        self.subject = subject
        self.credential = credential
    }

    /// Reads the one string.
    ///
    /// - Throws: What is wrong with it; never a part of it.
    package init(text: some StringProtocol) throws(AccessError) {
        guard text.hasPrefix("bayplan") else { throw .noToken }
        guard text.hasPrefix(Self.prefix) else { throw .newerToken }
        guard text.utf8.count <= Self.limit,
            let bytes = Base64URL.bytes(text.dropFirst(Self.prefix.count)), bytes.count > 4
        else { throw .damagedToken }
        let payload = Array(bytes.dropLast(4))
        guard CRC32.bytes(payload) == Array(bytes.suffix(4)) else { throw .damagedToken }
        guard let value = try? JSONValue(parsing: payload, limits: JSONLimits(depth: 3, length: Self.limit)),
            let token = Self(value)
        else { throw .newerToken }
        self = token
    }

    private init?(_ value: JSONValue) {
        guard let addresses = value["at"]?.elements?.compactMap(\.string), !addresses.isEmpty,
            let id = value["id"]?.string, let secret = value["secret"]?.string.flatMap(Base64URL.bytes),
            let credential = Credential(id: id, secret: secret)
        else { return nil }
        var pin: [UInt8]?
        if let text = value["pin"]?.string {
            guard let bytes = Base64URL.bytes(text), bytes.count == 32 else { return nil }
            pin = bytes
        }
        let subject: Subject
        if let host = value["host"]?.string.flatMap({ HostID($0) }) {
            subject = .host(host)
        } else if let scope = value["scope"]?.string.flatMap(Scope.init) {
            subject = .scope(scope)
        } else {
            return nil
        }
        self.init(
            addresses: addresses, pin: pin, checksName: value["name"]?.bool ?? (pin == nil), subject: subject,
            credential: credential)
    }

    /// The one string: secret, never to be logged.
    package var text: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("at", addresses)
            if let pin { writer.member("pin", Base64URL.text(pin)) }
            if checksName { writer.member("name", true) }
            switch subject {
            case .host(let host): writer.member("host", host.rawValue)
            case .scope(let scope): writer.member("scope", scope.rawValue)
            }
            writer.member("id", credential.id)
            writer.member("secret", Base64URL.text(credential.secret))
        }
        return Self.prefix + Base64URL.text(writer.bytes + CRC32.bytes(writer.bytes))
    }
}

extension AccessToken: CustomStringConvertible, CustomReflectable {
    /// For whom it is and its id, so that no secret gets into a log.
    package var description: String { "token \(credential.id) of \(subject)" }
    package var customMirror: Mirror { Mirror(self, children: ["token": description]) }
}

extension AccessToken.Subject: CustomStringConvertible {
    /// `host attic` or `scope read`.
    package var description: String {
        switch self {
        case .host(let host): "host \(host)"
        case .scope(let scope): "scope \(scope.rawValue)"
        }
    }
}

import JSON
package import OS
package import Wire

/// Who this agent is: made at its first start, kept in the state directory, read by nobody else.
package struct Identity: Hashable, Sendable {
    /// What the aggregator knows the host by.
    package let instance: Instance
    /// Digests of facets are keyed with it; the aggregator is told.
    package let digestKey: SipHash.Key
    /// Digests of what stays on this host are keyed with it; nobody is told.
    package let secretKey: SipHash.Key

    package init(using random: inout some RandomNumberGenerator) {
        instance = Instance(
            id: Hexadecimal.text(random.next()) + Hexadecimal.text(random.next()),
            secret: Hexadecimal.text(random.next()) + Hexadecimal.text(random.next()))
        digestKey = SipHash.Key(using: &random)
        secretKey = SipHash.Key(using: &random)
    }

    private init(parsing bytes: [UInt8]) throws(JSONError) {
        let value = try JSONValue(parsing: bytes)
        guard let id = value["instance"]?.string, let secret = value["secret"]?.string,
            Hexadecimal.words(id.utf8, count: 2) != nil, Hexadecimal.words(secret.utf8, count: 2) != nil,
            let digestKey = value["digestKey"]?.string.flatMap({ SipHash.Key($0) }),
            let secretKey = value["secretKey"]?.string.flatMap({ SipHash.Key($0) })
        else { throw JSONError(.invalidValue, at: 0, "instance, secret, digestKey, secretKey") }
        instance = Instance(id: id, secret: secret)
        self.digestKey = digestKey
        self.secretKey = secretKey
    }

    private var encoded: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("instance", instance.id)
            writer.member("secret", instance.secret)
            writer.member("digestKey", digestKey.text)
            writer.member("secretKey", secretKey.text)
        }
        writer.newline()
        return writer.bytes
    }

    /// Reads the identity from the state directory, or makes one there.
    package static func load(
        from directory: String, using random: inout some RandomNumberGenerator
    ) throws(StateError) -> Identity {
        let path = directory + "/identity.json"
        guard fileExists(path) else {
            let identity = Identity(using: &random)
            do {
                try writeFileAtomically(path, identity.encoded, mode: 0o600)
            } catch {
                throw .file(error)
            }
            return identity
        }
        let bytes: [UInt8]
        do {
            bytes = try readFile(path, limit: 65_536)
        } catch {
            throw .file(error)
        }
        do {
            return try Identity(parsing: bytes)
        } catch {
            throw .damaged(path, "\(error)")
        }
    }
}

/// The state directory can't be used.
package enum StateError: Error, CustomStringConvertible {
    case file(FileError)
    /// The path, and what is wrong with its content.
    case damaged(String, String)

    package var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .damaged(let path, let reason):
            "\(path) is damaged (\(reason)); nothing was reported. Restore it, or delete it and run "
                + "`bayplan host rm` for this host, since the aggregator will take this agent for another one."
        }
    }
}

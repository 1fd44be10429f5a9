package import Inventory

/// A token as it lies in the registry: everything but the secret, of which only the hash is kept.
package struct StoredToken: Hashable, Sendable {
    /// For whom it speaks.
    package enum Subject: Hashable, Sendable {
        /// One host's agent.
        case host(HostID)
        /// People and programs that use the API, with this scope's name.
        case scope(String)
    }

    package let id: String
    /// SHA-256 of the secret.
    package let secretHash: [UInt8]
    package let subject: Subject
    /// In milliseconds since 1970.
    package let created: Int64
    /// Who made it: a user of the aggregator's machine, or the id of another token.
    package let createdBy: String
    /// From when on it is no longer good, in milliseconds since 1970; 0 = never.
    package let expires: Int64
    /// How often it may be used: requests, or installations of an agent; 0 = as often as one likes.
    package let usesLimit: Int64
    /// How often it was used, as far as that is counted.
    package var uses: Int64
    /// When it was used last, to a minute, in milliseconds since 1970; 0 = never.
    package var lastUsed: Int64
    /// The agent installations that a host's token let in.
    package var instances: [String]

    package init(
        id: String, secretHash: [UInt8], subject: Subject, created: Int64, createdBy: String, expires: Int64,
        usesLimit: Int64, uses: Int64 = 0, lastUsed: Int64 = 0, instances: [String] = []
    ) {
        self.id = id
        self.secretHash = secretHash
        self.subject = subject
        self.created = created
        self.createdBy = createdBy
        self.expires = expires
        self.usesLimit = usesLimit
        self.uses = uses
        self.lastUsed = lastUsed
        self.instances = instances
    }
}

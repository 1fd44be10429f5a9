package import Access
import Inventory
import Journal

/// A token as administrators see it: all but its secret.
package struct TokenFacts: Hashable, Sendable {
    /// What a token is good for now.
    package enum Condition: String, Hashable, Sendable {
        case good
        case expired
        case usedUp = "used-up"
    }

    package let id: String
    package let subject: AccessToken.Subject
    /// In milliseconds since 1970.
    package let created: Int64
    /// A user of the aggregator's machine, or the id of another token.
    package let createdBy: String
    /// In milliseconds since 1970; 0 = never.
    package let expires: Int64
    /// 0 = as often as one likes.
    package let usesLimit: Int64
    package internal(set) var uses: Int64
    /// In milliseconds since 1970; 0 = never.
    package internal(set) var lastUsed: Int64
    /// The agent installations that a host's token let in.
    package internal(set) var instances: [String]

    init(_ stored: StoredToken, _ subject: AccessToken.Subject) {
        id = stored.id
        self.subject = subject
        created = stored.created
        createdBy = stored.createdBy
        expires = stored.expires
        usesLimit = stored.usesLimit
        uses = stored.uses
        lastUsed = stored.lastUsed
        instances = stored.instances
        if case .host = subject { uses = Int64(instances.count) }
    }

    /// What it is good for at a time, in milliseconds since 1970.
    package func condition(at now: Int64) -> Condition {
        if expires != 0, expires <= now { return .expired }
        if case .host = subject { return .good }
        return usesLimit != 0 && uses >= usesLimit ? .usedUp : .good
    }
}

extension AccessToken.Subject {
    /// What the registry holds of it.
    var stored: StoredToken.Subject {
        switch self {
        case .host(let host): .host(host)
        case .scope(let scope): .scope(scope.rawValue)
        }
    }

    /// What the registry held; nil for a scope of a later release.
    init?(_ stored: StoredToken.Subject) {
        switch stored {
        case .host(let host): self = .host(host)
        case .scope(let name):
            guard let scope = Scope(rawValue: name) else { return nil }
            self = .scope(scope)
        }
    }
}

import Access
import AggregatorCore
import Inventory
import JSON
import Journal
import OS
import TLS
import TestSupport

extension Station {
    /// By what a client knows this station; nil where it speaks plain TCP.
    var trust: TLSClientContext? {
        get throws {
            guard let identity = aggregator.identity else { return nil }
            return try TLSClientContext(.pinned(publicKeySHA256: identity.mark.pin ?? [], name: nil))
        }
    }

    /// Makes a token for a host's agent, or for the API.
    func token(
        _ subject: AccessToken.Subject, ttl: Duration? = nil, uses: Int64? = nil
    ) async throws -> Credential {
        try await aggregator.gatekeeper.create(
            for: subject, ttl: ttl?.wholeMilliseconds, uses: uses, by: "test"
        ).1
    }

    /// An agent of a host that nobody has seen before, with a token.
    func admitted(_ host: String, ttl: Duration? = nil, uses: Int64? = nil) async throws -> Who {
        var who = try Who(host)
        who.credential = try await token(.host(who.host), ttl: ttl, uses: uses).text
        return who
    }

    /// A client on the TCP door, with a token's credential or none.
    func client(_ credential: Credential?) throws -> Client {
        var client = Client(http, secure: try trust)
        client.authorization = credential.map { "Bearer \($0.text)" }
        return client
    }

    /// Everything that a refused agent must leave as it is.
    func facts() async throws -> [String] {
        let claims = try await aggregator.registry.list().map { "\($0.host) \($0.instance)" }
        let uses = aggregator.gatekeeper.list.map { "\($0.id) \($0.uses) \($0.instances)" }
        let rows = try await client.json("/containers?fields=id,host")["items"]?.elements?.map(\.text) ?? []
        return claims + uses + rows + aggregator.hosts.all.map { "\($0.id) \($0.condition)" }
    }
}

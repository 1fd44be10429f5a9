import Access
import AggregatorCore
import HTTPServer
import Inventory
import JSON
import Log
import OS
import Synchronization

extension FleetAPI {
    /// `/tokens` and `/tokens/{id}`.
    func tokens(_ request: HTTPServerRequest, _ exchange: HTTPExchange, _ caller: Caller) throws(Problem) {
        _ = try Parameters(request, taking: [])
        switch (request.segments.count, request.method) {
        case (3, .post):
            let order = try TokenOrder(request.body)
            guard let identity else {
                throw Problem(
                    status: 409, title: "not as things are",
                    detail: "this aggregator runs with --insecure and asks for no tokens; start it without")
            }
            let addresses = order.addresses.isEmpty ? defaultAddresses(order.subject) : order.addresses
            guard !addresses.isEmpty else {
                throw .badRequest("nothing listens where such a token could be used; give addresses")
            }
            let creator =
                switch caller {
                case .machine, .anybody: order.by ?? "unix-socket"
                case .token(let id): "token:\(id)"
                }
            try later(exchange) {
                exchange.answer(await self.create(order, by: creator, addresses, identity.mark))
            }
        case (3, _):
            try allow(request, also: [.post])
            exchange.answer(listTokens())
        case (_, .delete):
            let id = request.segments[3]
            try later(exchange) { exchange.answer(await self.removeToken(id)) }
        default: throw .methodNotAllowed(["DELETE"])
        }
    }

    /// Where clients connect with a token, as far as this aggregator knows.
    private func defaultAddresses(_ subject: AccessToken.Subject) -> [String] {
        switch subject {
        case .host: TokenOrder.fitting(reach.addresses(of: [door.address]))
        case .scope: TokenOrder.fitting(reach.addresses(of: tcpDoors.withLock { $0 }))
        }
    }

    private func create(
        _ order: TokenOrder, by creator: String, _ addresses: [String], _ mark: ServerIdentity.Mark
    ) async -> HTTPServerResponse {
        do {
            let (facts, credential) = try await gatekeeper.create(
                for: order.subject, ttl: order.ttl, uses: order.uses, by: creator)
            let token = AccessToken(
                addresses: addresses, pin: mark.pin, checksName: mark.checksName, subject: order.subject,
                credential: credential)
            var writer = JSONWriter()
            writer.object { writer in
                writer.members(of: facts)
                writer.member("addresses", addresses)
                writer.member("token", token.text)
            }
            var response = HTTPServerResponse.json(writer, headers: [("Cache-Control", "no-store")])
            response.status = 201
            return response
        } catch {
            return Problem.unavailable(error.sentence).response
        }
    }

    private func listTokens() -> HTTPServerResponse {
        let now = gatekeeper.now()
        let all = gatekeeper.list
        var writer = JSONWriter(capacity: 64 + all.count * 200)
        writer.object { writer in
            writer.member("total", all.count)
            writer.array("items") { writer in
                for facts in all {
                    writer.object { writer in
                        writer.members(of: facts)
                        writer.member("state", facts.condition(at: now).rawValue)
                        writer.member("uses", facts.uses)
                        writer.optional("lastUsed", facts.lastUsed)
                        writer.optional("instances", facts.instances)
                    }
                }
            }
        }
        return .json(writer)
    }

    private func removeToken(_ id: String) async -> HTTPServerResponse {
        do {
            guard try await gatekeeper.remove(id) else {
                return Problem.notFound("there is no token \(id)").response
            }
            return HTTPServerResponse(status: 204)
        } catch {
            return Problem.unavailable(error.sentence).response
        }
    }
}

extension JSONWriter {
    /// What a token is, once and for all; members that hold 0 are left out.
    fileprivate mutating func members(of facts: TokenFacts) {
        member("id", facts.id)
        switch facts.subject {
        case .host(let host): member("host", host.rawValue)
        case .scope(let scope): member("scope", scope.rawValue)
        }
        member("created", facts.created)
        member("createdBy", facts.createdBy)
        optional("expires", facts.expires)
        optional("usesLimit", facts.usesLimit)
    }
}

import Access
import AggregatorCore
import HTTPServer
import Log

extension FleetAPI {
    /// Who asks.
    enum Caller: Hashable, Sendable {
        /// Whoever may open the Unix socket: everything is allowed.
        case machine
        /// Anybody, over plain TCP (`--insecure`).
        case anybody
        /// Whoever has this token.
        case token(id: String)
    }

    /// What a request needs of a token.
    static func scope(of request: HTTPServerRequest) -> Scope {
        // A cache holds nothing that can't be had again.
        if request.method == .post, request.segments.count == 5, request.segments[2] == "hosts",
            request.segments[4] == "clear"
        {
            return .operate
        }
        let isTokens = request.segments.count > 2 && request.segments[2] == "tokens"
        return isTokens || ![.get, .head].contains(request.method) ? .admin : .read
    }

    /// Looks at who asks, and answers or refuses (requirement H7).
    func admitted(_ request: HTTPServerRequest, _ exchange: HTTPExchange) throws(Problem) {
        let scope = Self.scope(of: request)
        guard case .address(let peer) = request.peer else { return try route(request, exchange, .machine) }
        guard identity != nil else {
            guard scope == .read else {
                throw .forbidden(
                    "over TCP without tokens (--insecure) nothing can be changed: ask through the Unix socket of the "
                        + "aggregator's machine")
            }
            return try route(request, exchange, .anybody)
        }
        let pass: Gatekeeper.Pass
        do throws(Denial) {
            pass = try gatekeeper.admit(try Self.credential(of: request), scope: scope)
        } catch {
            gatekeeper.complaints.note(from: "\(peer)", "a request: \(error.reason)")
            throw .denied(error, needing: scope)
        }
        guard pass.isCounted else { return try route(request, exchange, .token(id: pass.id)) }
        try later(exchange) {
            do {
                try await self.gatekeeper.spend(pass)
                try self.route(request, exchange, .token(id: pass.id))
            } catch let denial as Denial {
                exchange.answer(Problem.denied(denial, needing: scope).response)
            } catch let problem as Problem {
                exchange.answer(problem.response)
            } catch {
                exchange.answer(Problem.unavailable("\(error)").response)
            }
        }
    }

    /// Runs a stream until it ends, or the token that began it does.
    func whileGood(_ caller: Caller, _ stream: @escaping @Sendable () async -> Void) async {
        guard case .token(let id) = caller else { return await stream() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "stream") { await stream() }
            group.addTask(name: "token") {
                if let reason = await self.gatekeeper.end(of: id) {
                    self.log(.info, "a stream ended with its token", ["reason": reason])
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// The bearer token of a request (RFC 6750, section 2.1); nil when there is none.
    private static func credential(of request: HTTPServerRequest) throws(Denial) -> Credential? {
        guard let text = request.headers["authorization"] else { return nil }
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard request.headers.count(of: "authorization") == 1, words.count == 2,
            words[0].lowercased() == "bearer", let credential = Credential(text: words[1])
        else { throw .malformed }
        return credential
    }
}

extension Problem {
    /// Why a token doesn't let a request in.
    static func denied(_ denial: Denial, needing scope: Scope) -> Problem {
        let detail = denial.sentence(needing: scope)
        var problem: Problem
        switch denial {
        case .notCounted: return .unavailable(detail)
        case .tooSmall, .notForAPI, .wrongHost, .notForAgents:
            problem = .forbidden(detail)
            problem.challenge =
                "Bearer realm=\"bayplan\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
        case .missing:
            problem = Problem(status: 401, title: "who asks is not known", detail: detail)
            problem.challenge = "Bearer realm=\"bayplan\""
        case .malformed, .unknown, .expired, .usedUp:
            problem = Problem(status: 401, title: "who asks is not known", detail: detail)
            problem.challenge = "Bearer realm=\"bayplan\", error=\"invalid_token\""
        }
        return problem
    }
}

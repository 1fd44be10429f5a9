import CLI
import Testing

/// Requirement H7: `bayplan token`.
@Suite struct `Tokens` {
    private static let list = #"""
        {"total":3,"items":[
        {"id":"7kq2mzt4ab","host":"attic","created":1795172634000,"createdBy":"ann","uses":1,"lastUsed":1795172691000,"state":"good"},
        {"id":"7kq3aaaaaa","scope":"read","created":1795172634000,"createdBy":"token:zz","expires":1795176294000,"usesLimit":5,"uses":5,
        "state":"used-up"},
        {"id":"zz22222222","scope":"admin","created":1795000000000,"createdBy":"root","expires":1795172634000,"uses":0,"state":"expired"}]}
        """#

    @Test func `are listed with all but the secret`() async throws {
        let run = try await bayplan("token", "ls", answer: routes(["GET /api/v1/tokens": Self.list]))
        #expect(run.code == .ok)
        #expect(
            run.lines == [
                "ID           FOR           CREATED              EXPIRES              USES          LAST USED       BY",
                "7kq2mzt4ab   host attic    About a minute ago   never                1             3 seconds ago   ann",
                "7kq3aaaaaa   scope read    About a minute ago   in about an hour     5/5 used up   never           token:zz",
                "zz22222222   scope admin   2 days ago           About a minute ago   0             never           root",
            ], "\(run.output)")
        let ids = try await bayplan("token", "-q", answer: routes(["GET /api/v1/tokens": Self.list]))
        #expect(ids.lines == ["7kq2mzt4ab", "7kq3aaaaaa", "zz22222222"])
    }

    @Test func `are made as one line, with what to do with it beside`() async throws {
        let made = #"{"id":"7kq2mzt4ab","host":"attic","addresses":["bay:4680"],"token":"bayplan1.abc"}"#
        let run = try await bayplan("token", "create", "--host", "attic", "--ttl", "24h", "--uses", "1") {
            request in
            request == "POST /api/v1/tokens" ? .init(status: 201, body: made) : .init(status: 500, body: "{}")
        }
        #expect(run.code == .ok && run.output == "bayplan1.abc\n")
        #expect(run.notes.contains("the agent of host attic") && run.notes.contains("--token-file"))
        #expect(!run.notes.contains("only"[...] + " (bay"))
        #expect(run.requests == ["POST /api/v1/tokens"])
    }

    @Test func `that only the aggregator's machine can use say so`() async throws {
        let made = #"{"id":"a","scope":"read","addresses":["127.0.0.1:4681"],"token":"bayplan1.abc"}"#
        let run = try await bayplan("token", "create", "--scope", "read") { _ in
            .init(status: 201, body: made)
        }
        #expect(run.notes.contains("works on the aggregator's machine only (127.0.0.1:4681)"))
        #expect(run.notes.contains("--http :4681") && run.notes.contains("--address"))
    }

    @Test func `are for one host or one scope`() async throws {
        for words in [[], ["--host", "a", "--scope", "read"]] {
            let run = try await bayplan(
                "token", "create", words.first ?? "--ttl=1h", words.dropFirst().first ?? "--uses=1",
                words.count > 2 ? "--scope=read" : "--uses=1")
            #expect(run.code == .usage && run.notes.contains("--host HOST") && run.requests.isEmpty)
        }
        let odd = try await bayplan("token", "create", "--scope", "root")
        #expect(odd.code == .usage && odd.notes.contains("`read`, `route`, `operate` or `admin`"))
    }

    @Test func `are removed by id or by how one alone begins`() async throws {
        let answer: @Sendable (String) -> StubAggregator.Answer = { request in
            request.hasPrefix("DELETE ") ? .init(status: 204) : .init(body: Self.list)
        }
        let run = try await bayplan("token", "rm", "7kq2", "zz22222222", answer: answer)
        #expect(run.code == .ok && run.lines == ["7kq2mzt4ab", "zz22222222"])
        #expect(
            run.requests == [
                "GET /api/v1/tokens", "DELETE /api/v1/tokens/7kq2mzt4ab", "DELETE /api/v1/tokens/zz22222222",
            ])
        let several = try await bayplan("token", "rm", "7k", answer: answer)
        #expect(several.code == .failed && several.notes.contains("7kq2mzt4ab, 7kq3aaaaaa"))
        let none = try await bayplan("token", "rm", "nope", answer: answer)
        #expect(none.code == .failed && none.notes.contains("There is no token nope"))
        #expect(several.requests.count == 1 && none.requests.count == 1)
    }
}

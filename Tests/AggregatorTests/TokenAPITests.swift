import Access
import AggregatorCore
import HTTP
import Inventory
import JSON
import Log
import OS
import TestSupport
import Testing
import Wire

/// Requirements A3, H7: every request over TCP shows a token, and may do what its scope says.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `The API over TCP` {
    private static var locked: Station.Options {
        Station.Options(quiet: .milliseconds(200), isLocked: true)
    }

    private static func forms(_ station: Station) async throws -> [(String?, Int, String, String)] {
        var random = SystemRandom()
        let revoked = try await station.token(.scope(.admin))
        _ = try await station.aggregator.gatekeeper.remove(revoked.id)
        let host = try await station.token(.host(#require(HostID("attic"))))
        let good = try await station.token(.scope(.read)).text
        let nobody = Credential(using: &random)
        let invalid = #"Bearer realm="bayplan", error="invalid_token""#
        return [
            (nil, 401, #"Bearer realm="bayplan""#, "no token was given"),
            ("Bearer", 401, invalid, "no token"), ("Bearer x", 401, invalid, "no token"),
            ("Basic \(good)", 401, invalid, "no token"), ("Bearer \(good)x", 401, invalid, "no token"),
            ("Bearer \(good.dropLast(8))", 401, invalid, "no token"),
            ("Bearer \(nobody.text)", 401, invalid, nobody.id),
            ("Bearer \(revoked.text)", 401, invalid, revoked.id),
            (
                "Bearer \(host.text)", 403,
                #"Bearer realm="bayplan", error="insufficient_scope", scope="read""#,
                "the agent of host attic"
            ),
        ]
    }

    @Test func `answers nobody without a token that is good`() async throws {
        try await Station.with(Self.locked) { station in
            let who = try await station.admitted("attic")
            _ = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...2))
            let targets = [
                "/containers", "/containers?watch=1", "/hosts", "/hosts/attic", "/stacks", "/config",
                "/version",
                "/tokens", "/containers/attic/\(Sample.id(1))", "/nothing",
            ]
            for (authorization, status, challenge, says) in try await Self.forms(station) {
                var client = try station.client(nil)
                client.authorization = authorization
                for target in targets {
                    let response = try await client.get(target)
                    let label = "\(authorization ?? "nothing") \(target)"
                    #expect(response.status == status, "\(label)")
                    if target != "/tokens" {
                        #expect(response.headers["WWW-Authenticate"] == challenge, "\(label)")
                    }
                    #expect(response.text.contains(says), "\(label): \(response.text)")
                    #expect(!response.text.contains("c1") && !response.text.contains("nginx"))
                }
                #expect(try await client.send(.get, "/livez").status == 200)
                #expect(try await client.send(.get, "/readyz").status == 200)
            }
            // However often: one line at once, the others counted.
            #expect(station.sink.lines.count { $0.contains("an attempt was refused") } == 1)
        }
    }

    @Test func `lets a scope do what it is for`() async throws {
        try await Station.with(Self.locked) { station in
            let who = try await station.admitted("attic")
            _ = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...2))
            for scope in [Scope.read, .route, .operate] {
                let client = try station.client(try await station.token(.scope(scope)))
                #expect(try await client.names("/containers").count == 2)
                let writes: [(HTTPRequest.Method, String)] = [
                    (.delete, "/hosts/attic"), (.post, "/tokens"), (.get, "/tokens"),
                    (.delete, "/tokens/aaaaaaaaaa"),
                ]
                for (method, target) in writes {
                    let response = try await client.send(
                        method, "/api/v1" + target, body: #"{"scope":"admin"}"#)
                    #expect(response.status == 403)
                    #expect(response.headers["WWW-Authenticate"]?.contains(#"scope="admin""#) == true)
                    #expect(response.text.contains("this needs scope admin"))
                }
            }
            let admin = try station.client(try await station.token(.scope(.admin)))
            #expect(try await admin.send(.delete, "/api/v1/hosts/attic").status == 200)
        }
    }

    @Test func `makes tokens that work, and tells of them all but the secret`() async throws {
        var options = Self.locked
        options.arguments = ["--advertise", "bay.example", "--advertise", "fd00::7"]
        try await Station.with(options) { station in
            let body = #"{"host":"attic","ttl":3600000,"uses":2,"by":"ann"}"#
            let made = try await station.client.send(.post, "/api/v1/tokens", body: body)
            #expect(made.status == 201 && made.headers["Cache-Control"] == "no-store")
            let answer = try JSONValue(parsing: made.body)
            let token = try AccessToken(text: try #require(answer["token"]?.string))
            #expect(token.subject == .host(try #require(HostID("attic"))))
            // A door on one address is reached there.
            #expect(token.addresses == [station.agents.description])
            #expect(token.pin == station.aggregator.identity?.mark.pin && !token.checksName)
            var who = try Who("attic")
            who.credential = token.credential.text
            _ = try await RawAgent.welcomed(station, as: who)

            let admin = try await station.token(.scope(.admin))
            let other = try await station.client(admin).send(
                .post, "/api/v1/tokens", body: #"{"scope":"read","addresses":["bay.example:443"],"by":"eve"}"#
            )
            let second = try AccessToken(
                text: try #require(try JSONValue(parsing: other.body)["token"]?.string))
            #expect(second.addresses == ["bay.example:443"] && second.subject == .scope(.read))
            let list = try await station.client.json("/tokens")
            let items = list["items"]?.elements ?? []
            #expect(items.count == 3)
            let first = try #require(items.first { $0["id"]?.string == token.credential.id })
            #expect(first["createdBy"]?.string == "ann" && first["host"]?.string == "attic")
            #expect(first["uses"]?.integer == 1 && first["usesLimit"]?.integer == 2)
            #expect(first["state"]?.string == "good" && (first["expires"]?.integer ?? 0) > WallClock.now())
            // Over TCP nobody says who they are but by their token.
            #expect(items.contains { $0["createdBy"]?.string == "token:\(admin.id)" })
            for credential in [token.credential, second.credential, admin] {
                #expect(!list.text.contains(Base64URL.text(credential.secret)))
                #expect(!station.sink.lines.joined().contains(Base64URL.text(credential.secret)))
            }
        }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"host":"-x"}"#, #"{"scope":"root"}"#, #"{"host":"a","scope":"read"}"#,
        #"{"host":"a","ttl":1}"#, #"{"host":"a","ttl":"24h"}"#, #"{"host":"a","uses":0}"#,
        #"{"host":"a","uses":1.5}"#, #"{"host":"a","addresses":[]}"#, #"{"host":"a","addresses":["x"]}"#,
        #"{"host":"a","addresses":["unix:///x"]}"#, #"{"host":"a","addresses":[":1"]}"#,
        #"{"host":"a","colour":"red"}"#, #"{"host":"a","by":"x\ny"}"#,
    ]) func `refuses an order that it doesn't understand`(body: String) async throws {
        try await Station.with(Self.locked) { station in
            let response = try await station.client.send(.post, "/api/v1/tokens", body: body)
            #expect(response.status == 400, "\(response.text)")
            #expect(try await station.client.json("/tokens")["total"]?.integer == 0)
        }
    }

    /// A token is one line of at most 4 KiB.
    @Test func `refuses more addresses than a token holds`() async throws {
        try await Station.with(Self.locked) { station in
            let name = String(repeating: "a.", count: 120) + "b:1"
            for (count, status) in [(8, 201), (9, 400)] {
                let list = [String](repeating: "\"\(name)\"", count: count).joined(separator: ",")
                let body = "{\"host\":\"a\",\"addresses\":[\(list)]}"
                let response = try await station.client.send(.post, "/api/v1/tokens", body: body)
                #expect(response.status == status)
                guard status == 201 else { continue }
                let text = try JSONValue(parsing: response.body)["token"]?.string ?? ""
                #expect(try AccessToken(text: text).addresses.count == count)
            }
        }
    }

    @Test func `ends a watch within a second when its token is removed`() async throws {
        try await Station.with(Self.locked) { station in
            let credential = try await station.token(.scope(.read))
            let other = try await station.token(.scope(.read))
            let watch = try await station.client(credential).watch()
            let lasting = try await station.client(other).watch()
            _ = try await watch.events(to: "bookmark")
            _ = try await lasting.events(to: "bookmark")
            let started = BootClock.now
            #expect(try await station.client.send(.delete, "/api/v1/tokens/\(credential.id)").status == 204)
            while try await watch.next() != nil {}
            #expect(started.duration(to: BootClock.now) < .seconds(1))
            #expect(try await station.client(credential).get("/containers?watch=1").status == 401)
            _ = try await lasting.events(to: "bookmark")
        }
    }

    @Test func `ends a watch when its token expires`() async throws {
        let time = TestTime()
        var options = Self.locked
        options.clock = time
        try await Station.with(options) { station in
            let credential = try await station.token(.scope(.read), ttl: .seconds(60))
            let watch = try await station.client(credential).watch()
            _ = try await watch.events(to: "bookmark")
            time.advance(by: .seconds(60))
            while try await watch.next() != nil {}
            let response = try await station.client(credential).get("/hosts")
            #expect(response.status == 401 && response.text.contains("expired at"))
        }
    }

    @Test func `answers as often as a token is for`() async throws {
        try await Station.with(Self.locked) { station in
            let credential = try await station.token(.scope(.read), uses: 2)
            let client = try station.client(credential)
            #expect(try await client.get("/hosts").status == 200)
            #expect(try await client.get("/nothing").status == 404)
            let third = try await client.get("/hosts")
            #expect(third.status == 401 && third.text.contains("was for 2 uses, and is used up"))
        }
    }

    /// `--insecure`: no tokens, and over TCP nothing can be changed.
    @Test func `without TLS asks for no token and changes nothing`() async throws {
        try await Station.with { station in
            let client = Client(station.http)
            #expect(try await client.get("/hosts").status == 200)
            for (method, target) in [
                (HTTPRequest.Method.delete, "/hosts/attic"), (.post, "/tokens"), (.get, "/tokens"),
            ] {
                let response = try await client.send(method, "/api/v1" + target)
                #expect(response.status == 403 && response.text.contains("Unix socket"))
            }
            let made = try await station.client.send(.post, "/api/v1/tokens", body: #"{"scope":"read"}"#)
            #expect(made.status == 409 && made.text.contains("--insecure"))
        }
    }
}

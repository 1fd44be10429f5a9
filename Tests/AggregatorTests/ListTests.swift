import AggregatorCore
import HTTP
import Inventory
import JSON
import Journal
import OS
import TestSupport
import Testing
import Wire

/// What the API answers from memory.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `A list` {
    /// Two hosts with a Compose project over both, a Swarm stack of the same name, and loose containers.
    static func fleet(_ body: (Station, Client) async throws -> Void) async throws {
        try await Station.with { station in
            let attic = try Who("attic")
            var log = attic.log
            log.put(
                Sample.id(1),
                Sample.container(
                    1, name: "web", labels: ["tier": "front"], compose: Sample.compose("shop", "web")))
            log.put(
                Sample.id(2),
                Sample.container(2, name: "db", state: .exited, compose: Sample.compose("shop", "db")))
            log.put(
                Sample.id(3), Sample.container(3, name: "loose", labels: ["tier": "back", "env": "prod"]))
            log.completed()
            _ = try await RawAgent.synchronized(station, as: attic, log)
            var cellar = try Who("cellar")
            cellar.name = "The Cellar"
            log = cellar.log
            log.put(Sample.id(4), Sample.container(4, name: "web", compose: Sample.compose("shop", "web")))
            log.put(Sample.id(5), Sample.container(5, name: "odd", compose: Sample.compose("shop", "")))
            log.put(
                Sample.id(6),
                Sample.container(6, name: "task", compose: Sample.compose("shop", "web", kind: Compose.swarm))
            )
            log.completed()
            _ = try await RawAgent.synchronized(station, as: cellar, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 6 }
            try await body(station, client)
        }
    }

    struct Question: Sendable, CustomTestStringConvertible {
        let target: String
        let names: Set<String>
        var testDescription: String { target }

        init(_ target: String, _ names: String...) {
            self.target = target
            self.names = Set(names)
        }
    }

    static let questions: [Question] = [
        Question("/containers", "web", "db", "loose", "odd", "task"),
        Question("/containers?all=0", "web", "loose", "odd", "task"),
        Question("/containers?host=attic", "web", "db", "loose"),
        Question("/containers?host=The+Cellar", "web", "odd", "task"),
        Question("/containers?host=attic&host=cellar", "web", "db", "loose", "odd", "task"),
        Question("/containers?stack=shop", "web", "db", "odd", "task"),
        Question("/containers?stack=shop&kind=swarm", "task"),
        Question("/containers?stack=shop&service=db", "db"),
        Question("/containers?name=loose", "loose"),
        Question("/containers?image=nginx%3A1.25&host=attic", "web", "db", "loose"),
        Question("/containers?labelSelector=tier%20in%20(front,back)", "web", "loose"),
        Question("/containers?labelSelector=tier%3Dback,env!%3Dtest", "loose"),
        Question("/containers?labelSelector=!tier&host=attic", "db"),
        Question("/containers?id=\(Sample.id(2).short)", "db"),
        Question("/containers?q=\(Sample.id(6))", "task"),
        Question("/containers?q=web", "web"),
        Question("/containers?name=nobody"),
    ]

    @Test func `is narrowed by every parameter`() async throws {
        try await Self.fleet { _, client in
            for question in Self.questions {
                let names = try await client.names(question.target)
                #expect(Set(names) == question.names, "\(question.target)")
            }
        }
    }

    struct Refused: Sendable {
        let target: String
        let says: [String]

        init(_ target: String, _ says: String...) {
            self.target = target
            self.says = says
        }
    }

    static let refused: [Refused] = [
        Refused("/containers?labelSelector=a%20in%20b", "labelSelector", "character 6"),
        Refused("/containers?labelSelector=%2C", "labelSelector"),
        Refused("/containers?limit=0", "limit", "1 to 1000000"),
        Refused("/containers?limit=many", "limit"),
        Refused("/containers?continue=nonsense", "continue"),
        Refused("/containers?fields=id,shoes", "fields", "shoes", "changedAt"),
        Refused("/containers?all=maybe", "all", "true or false"),
        Refused("/containers?kind=kubernetes", "kind", "compose or swarm"),
        Refused("/containers?colour=red", "colour", "labelSelector"),
        Refused("/containers?name=a&name=b", "name", "twice"),
        Refused("/containers?fromRevision=00000000000000aa.1", "fromRevision", "watch=1"),
        Refused("/containers?watch=1&fromRevision=yesterday", "fromRevision", "00000000000000aa.17"),
        Refused("/containers?watch=1&name=a", "name", "host, fromRevision"),
        Refused("/hosts?labelSelector=a", "labelSelector"),
        Refused("/hosts/attic?fields=id", "fields", "there are none"),
        Refused("/stacks?limit=1", "limit", "kind"),
        Refused("/version?x", "x"),
        Refused("/hosts/-x", "host id"),
        Refused("/hosts/a%2Fb", "host id"),
        Refused("/containers/at%00tic/abc"),
        Refused("/containers/../hosts"),
        Refused("/stacks/shop", "kind=compose or kind=swarm"),
    ]

    /// Every refusal is a problem document that says what was wrong with this request.
    @Test func `is refused with a reason when the question is wrong`() async throws {
        try await Self.fleet { _, client in
            for refused in Self.refused {
                let response = try await client.get(refused.target)
                #expect(response.status == 400, "\(refused.target): \(response.text)")
                #expect(response.headers["Content-Type"] == "application/problem+json")
                let problem = try JSONValue(parsing: response.body)
                #expect(problem["status"]?.integer == 400 && problem["code"]?.string == "bad-request")
                #expect(problem["title"]?.string?.isEmpty == false)
                let detail = try #require(problem["detail"]?.string)
                for word in refused.says { #expect(detail.contains(word), "\(refused.target): \(detail)") }
            }
        }
    }

    @Test(arguments: [
        "/containers?host=nobody", "/hosts/nobody", "/stacks/nobody", "/containers/nobody/\(Sample.id(1))",
        "/containers/attic/\(Sample.id(4))", "/nothing", "/containers/attic", "/hosts/attic/more",
    ]) func `of what isn't there is a 404 that says so`(target: String) async throws {
        try await Self.fleet { _, client in
            let response = try await client.get(target)
            #expect(response.status == 404)
            let problem = try JSONValue(parsing: response.body)
            #expect(
                problem["detail"]?.string?.contains("there is no") == true
                    || target == "/containers/attic/\(Sample.id(4))"
                    || problem["detail"]?.string?.contains("there is nothing") == true)
        }
    }

    @Test func `takes GET and HEAD, and says so to any other method`() async throws {
        try await Self.fleet { _, client in
            for target in [
                "/containers", "/hosts", "/stacks", "/config", "/version",
                "/containers/attic/\(Sample.id(1))",
            ] {
                let response = try await client.send(.post, "/api/v1" + target)
                #expect(response.status == 405, "\(target)")
                #expect(response.headers["Allow"] == "GET, HEAD")
                let head = try await client.send(.head, "/api/v1" + target)
                #expect(head.status == 200 && head.body.isEmpty, "\(target)")
                let get = try await client.get(target)
                #expect(get.status == 200, "\(target)")
            }
            #expect(
                try await client.send(.post, "/api/v1/hosts/attic").headers["Allow"] == "GET, HEAD, DELETE")
            #expect(try await client.send(.delete, "/livez").status == 405)
            let watch = try await client.send(.head, "/api/v1/containers?watch=1")
            #expect(watch.status == 200 && watch.headers["Content-Type"] == "application/x-ndjson")
        }
    }

    @Test func `has only the fields that are asked for`() async throws {
        try await Self.fleet { _, client in
            let list = try await client.json(
                "/containers?fields=id,name,status.state,compose.service&host=attic")
            let items = try #require(list["items"]?.elements)
            #expect(items.count == 3)
            for item in items {
                let names = Set(item.members?.map(\.name) ?? [])
                #expect(names.isSubset(of: ["id", "name", "status", "compose"]))
                #expect(item["status"]?.members?.map(\.name) == ["state"])
            }
            #expect(list["total"]?.integer == 3)
            #expect(list["revision"]?.string.flatMap { Revision($0) } != nil)
        }
    }

    @Test(arguments: 1...7) func `in pages gives everything once`(limit: Int) async throws {
        try await Self.fleet { _, client in
            let whole = try await client.json("/containers?fields=id")["items"]?.elements ?? []
            var pages: [JSONValue] = []
            var next: String? = ""
            while let token = next {
                let query = token.isEmpty ? "" : "&continue=\(HTTPRequest.encoded(token))"
                let page = try await client.json("/containers?fields=id&limit=\(limit)\(query)")
                let items = page["items"]?.elements ?? []
                #expect(items.count <= limit)
                #expect(page["total"]?.integer == 6)
                pages += items
                next = page["continue"]?.string
            }
            #expect(pages == whole)
        }
    }

    @Test func `that hasn't changed is answered with 304`() async throws {
        try await Self.fleet { station, client in
            let first = try await client.get("/containers")
            let tag = try #require(first.headers["ETag"])
            let again = try await client.get("/containers", headers: ["If-None-Match": tag])
            #expect(again.status == 304 && again.body.isEmpty && again.headers["ETag"] == tag)
            let who = try Who("new")
            _ = try await RawAgent.synchronized(station, as: who, Sample.log(who, 9...9))
            try await eventually { try await client.names("/containers").count == 7 }
            let later = try await client.get("/containers", headers: ["If-None-Match": tag])
            #expect(later.status == 200 && later.headers["ETag"] != tag)
        }
    }

    /// A large fleet is listed beside the server's thread; the answer is the same.
    @Test func `of a large fleet is complete`() async throws {
        try await Station.with { station in
            let who = try Who("web")
            _ = try await RawAgent.synchronized(station, as: who, Sample.log(who, 1...1_000))
            let client = station.client
            try await eventually { try await client.json("/containers?limit=1")["total"]?.integer == 1_000 }
            #expect(
                Set(try await client.names("/containers?fields=name")) == Set((1...1_000).map { "c\($0)" }))
            #expect(try await client.get("/containers?fields=shoes").status == 400)
            #expect(try await client.get("/stacks/none").status == 404)
        }
    }

    @Test func `of hosts tells how each fares`() async throws {
        try await Self.fleet { station, client in
            try await eventually { try await client.state(of: "attic") == "silent" }
            let hosts = try await client.json("/hosts")
            #expect(hosts["total"]?.integer == 2)
            let attic = try #require(hosts["items"]?[0])
            #expect(
                attic["id"]?.string == "attic" && attic["containers"]?.integer == 3
                    && attic["running"]?.integer == 2)
            #expect(attic["agent"]?["version"]?.string == "test")
            #expect(attic["engine"]?["version"]?.string == "20.10.24")
            #expect(attic["ageMs"]?.integer ?? -1 >= 0)
            #expect(hosts["items"]?[1]?["name"]?.string == "The Cellar")
            let one = try await client.json("/hosts?host=The%20Cellar")
            #expect(one["total"]?.integer == 1)
        }
    }

    /// B5: over all hosts, by service, with `unknown` for containers without one.
    @Test func `of stacks and of a stack's services counts over all hosts`() async throws {
        try await Self.fleet { _, client in
            let stacks = try await client.json("/stacks")
            #expect(stacks["total"]?.integer == 2)
            let compose = try await client.json("/stacks/shop?kind=compose")
            #expect(compose["hosts"]?.elements?.compactMap(\.string) == ["attic", "cellar"])
            #expect(compose["total"]?.integer == 4)
            let services = compose["services"]?.elements ?? []
            #expect(services.compactMap { $0["name"]?.string } == ["db", "web", "unknown"])
            #expect(services.compactMap { $0["containers"]?.integer } == [1, 2, 1])
            #expect(services.compactMap { $0["running"]?.integer } == [0, 2, 1])
            #expect(
                compose["items"]?.elements?.compactMap { $0["name"]?.string } == ["db", "web", "web", "odd"])
            let swarm = try await client.json("/stacks/shop?kind=swarm&fields=name")
            #expect(swarm["items"]?.elements?.map(\.text) == [#"{"name":"task"}"#])
            let only = try await client.json("/stacks?kind=swarm")
            #expect(only["items"]?.elements?.compactMap { $0["kind"]?.string } == ["swarm"])
        }
    }

    /// B13: the whole record, with what memory doesn't keep; H5: digests of values, not values.
    @Test func `has a whole record behind each row`() async throws {
        try await Station.with { station in
            let who = try Who("web")
            var log = who.log
            let container = Sample.container(
                1, environment: ["TZ": .value("UTC"), "PASSWORD": .digest("00112233445566aa")])
            log.put(Sample.id(1), container)
            log.completed()
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
            let record = try await station.client.json("/containers/web/\(Sample.id(1))")
            for facet in [Facet.status, .network, .config] {
                let bytes = try #require(container[facet])
                #expect(record[facet.rawValue] == (try JSONValue(parsing: bytes)))
            }
            #expect(record["config"]?["env"]?.text.contains("00112233445566aa") == true)
            #expect(record["host"]?.string == "web" && record["name"]?.string == "c1")
            #expect(record["hostState"]?.string == "live")
            #expect(record["compose"] == nil && record["warning"] == nil)
        }
    }

    /// B4's fallback: the disk doesn't answer, memory does, and the answer says what is missing.
    @Test func `row's record falls back to memory with a warning`() async throws {
        var options = Station.Options()
        options.journal = { $0.waitingReads = 0 }
        try await Station.with(options) { station in
            let who = try Who("web")
            let log = Sample.log(who, 1...1)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            try await agent.waitForDurable(log.version)
            // Folded, the row is on disk only.
            await station.aggregator.journal.maintain()
            let record = try await station.client.json("/containers/web/\(Sample.id(1))")
            #expect(record["warning"]?.string?.contains("only what memory holds") == true)
            #expect(record["name"]?.string == "c1" && record["status"]?["state"]?.string == "running")
            #expect(record["hostState"]?.string == "live")
        }
    }

    @Test func `of settings tells where each comes from`() async throws {
        try await Station.with { station in
            let items = try await station.client.json("/config")["items"]?.elements ?? []
            let heartbeat = try #require(items.first { $0["name"]?.string == "heartbeat" })
            #expect(heartbeat["value"]?.string == "1s" && heartbeat["origin"]?.string == "flag --heartbeat")
            let version = try await station.client.json("/version")
            #expect(version["version"]?.string == bayplanVersion)
        }
    }
}

import CLI
import Testing

/// Requirements B2, B3 and B11: ages, offline hosts and `bayplan cache`.
@Suite struct `The cache on the command line` {
    private static let ages =
        #"{"status":{"age":420000,"state":"stale","source":"disk"},"config":{"age":5000,"state":"fresh","source":"memory"}}"#
    private static let hosts = #"""
        {"total":2,"items":[
        {"id":"attic","name":"attic","state":"offline","containers":12,"ageMs":4000000,"ages":\#(ages)},
        {"id":"barn","name":"barn","state":"live","containers":1,"ageMs":10,"confirmedAgeMs":10}]}
        """#
    private static let statistics = #"""
        {"fleet":{"hosts":2,"hostsOffline":1,"containers":1,"containersOnDisk":12,"updateInterval":2000,
        "lifetimes":{"status":300000,"stats":120000},"retention":{"memory":3600000,"disk":604800000},
        "hits":3,"misses":1,"items":[{"id":"attic","state":"offline","containers":12,"ageMs":4000000,"ages":\#(ages)}]}}
        """#

    @Test func `is shown with ages, lifetimes and hits`() async throws {
        let run = try await bayplan(
            "cache", "stats", answer: routes(["GET /api/v1/cache/stats": Self.statistics]))
        #expect(run.code == .ok, "\(run.notes)")
        for part in ["2, 1 of them offline", "12 on disk only", "3 hits, 1 misses, 75 %", "status stale 7m"] {
            #expect(run.output.contains(part), "\(run.output)")
        }
    }

    @Test func `is cleared host by host, or all at once`() async throws {
        let answer = routes([
            "GET /api/v1/hosts": Self.hosts,
            "POST /api/v1/hosts/attic/clear": #"{"id":"attic","containers":12,"connected":false}"#,
            "POST /api/v1/hosts/barn/clear": #"{"id":"barn","containers":1,"connected":true}"#,
        ])
        let all = try await bayplan("cache", "clear", "--all", answer: answer)
        #expect(all.code == .ok && all.lines == ["attic", "barn"], "\(all.notes)")
        #expect(all.notes.contains("Host attic is away") && !all.notes.contains("barn"))
        let one = try await bayplan("cache", "clear", "barn", answer: answer)
        #expect(one.lines == ["barn"])
        #expect(try await bayplan("cache", "clear", answer: answer).code == .usage)
        #expect(try await bayplan("cache", "clear", "barn", "--all", answer: answer).code == .usage)
        #expect(try await bayplan("cache", "clear", "cellar", answer: answer).code == .failed)
    }

    @Test func `is refreshed host by host, and says who gave no answer`() async throws {
        let answer: @Sendable (String) -> StubAggregator.Answer = { request in
            if request.hasPrefix("GET /api/v1/hosts") { return .init(body: Self.hosts) }
            let isAway = request.contains("host=attic")
            return .init(
                body: isAway
                    ? #"{"total":1,"items":[],"warnings":["what is cached is shown: host attic is away"]}"#
                    : #"{"total":1,"items":[]}"#)
        }
        let all = try await bayplan("cache", "refresh", "--all", answer: answer)
        #expect(all.code == .partial && all.lines == ["barn"])
        #expect(all.notes.contains("host attic is away"))
        #expect(all.requests.count { $0.contains("refresh=1") && $0.contains("limit=1") } == 2)
        #expect(try await bayplan("cache", "refresh", "barn", answer: answer).code == .ok)
        #expect(try await bayplan("cache", "refresh", answer: answer).code == .usage)
    }

    @Test func `says of an offline host how many containers it has, and where they are`() async throws {
        let run = try await bayplan("ps") { request in
            request.hasPrefix("GET /api/v1/hosts")
                ? .init(body: Self.hosts) : .init(body: #"{"revision":"a.1","total":0,"items":[]}"#)
        }
        #expect(run.code == .ok)
        #expect(run.notes.contains("Host attic is offline") && run.notes.contains("its 12 containers"))
        #expect(run.notes.contains("bayplan ps --retained"))
        let retained = try await bayplan("ps", "--retained") { request in
            request.hasPrefix("GET /api/v1/hosts")
                ? .init(body: Self.hosts) : .init(body: #"{"revision":"a.1","total":0,"items":[]}"#)
        }
        #expect(retained.requests.contains { $0.contains("retained=true") } && retained.notes.isEmpty)
        #expect(try await bayplan("ps", "--retained", "--watch").code == .usage)
    }

    @Test func `shows how fresh a host's rows are`() async throws {
        let run = try await bayplan(
            "host", "ls", "-o", "csv", answer: routes(["GET /api/v1/hosts": Self.hosts]))
        #expect(run.output.contains("stale 7m (disk)"), "\(run.output)")
    }
}

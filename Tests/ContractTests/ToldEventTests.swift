import Docker
import Inventory
import JSON
import OS
import Simulation
import TestSupport
import Testing
import Watch
import Wire

/// `type action` of the events that a watcher told, about one object or all.
private func told(_ watching: Watching, _ actor: String? = nil) -> [String] {
    watching.sink.now.events.filter { actor == nil || $0.actor == actor }.map { "\($0.type) \($0.action)" }
}

extension `A watcher` {
    /// B15: as the Engine tells them, on a real one and the simulated one.
    @Test(arguments: Backend.possible) func `tells the events of a container's life`(backend: Backend)
        async throws
    {
        try await withEngine(backend) { engine in
            try await Watching.run(engine) { watching in
                let id = try await engine.driver.run("told", labels: ["app": "web", "pass": "secret"])
                try await engine.driver.act("pause", id)
                try await engine.driver.act("unpause", id)
                try await engine.driver.act("rename", id, ["name": "told-2"])
                try await engine.driver.act("kill", id)
                try await eventually(within: .seconds(20), "its death") {
                    told(watching, "\(id)").contains("container die")
                }
                try await engine.driver.remove(id)
                try await eventually(within: .seconds(20), "its end") {
                    told(watching, "\(id)").last == "container destroy"
                }
                let heard = told(watching, "\(id)")
                #expect(
                    heard.filter { !$0.hasSuffix("attach") } == [
                        "container create", "container start", "container pause", "container unpause",
                        "container rename", "container kill", "container die", "container destroy",
                    ])
                let events = watching.sink.now.events
                let start = try #require(events.first { $0.action == "start" && $0.actor == "\(id)" })
                #expect(start.attributes["name"] == "told" && start.attributes["app"] == "web")
                #expect(start.attributes["image"] == engine.driver.image)
                #expect(abs(start.at - WallClock.now()) < 60_000)
                #expect(told(watching).contains("network connect"))
            }
        }
    }

    /// B14: nothing is lost over a short break, and nothing told twice.
    @Test(arguments: Backend.possible) func `tells events once, also over breaks`(backend: Backend)
        async throws
    {
        try await withEngine(backend) { engine in
            let id = try await engine.driver.create("broken")
            try await Watching.run(engine) { watching in
                for turn in 1...5 {
                    try await engine.driver.act("rename", id, ["name": "broken-\(turn)"])
                    if let simulated = engine as? SimulatedUnderTest { simulated.engine.dropEventStreams() }
                    try await engine.driver.act("rename", id, ["name": "broken-\(turn)-again"])
                }
                try await eventually(within: .seconds(20), "ten events") {
                    told(watching, "\(id)").count { $0 == "container rename" } >= 10
                }
                // Whatever comes again has come with the next one.
                try await engine.driver.act("rename", id, ["name": "broken-last"])
                try await eventually(within: .seconds(20), "the last event") {
                    watching.sink.now.events.last { $0.action == "rename" }?.attributes["name"]
                        == "broken-last"
                }
                #expect(told(watching, "\(id)").count { $0 == "container rename" } == 11)
            }
        }
    }
}

/// B15: what happens at an Engine is told as it tells it, without what its health checks do.
@Suite(.timeLimit(.minutes(2))) struct `Events that a watcher tells` {

    @Test func `reach back to before the watcher's start, as far as the Engine remembers`() async throws {
        try await withSimulatedEngine { engine in
            let id = try engine.engine.run(ContainerSpec(name: "early"))
            try engine.engine.rename(id, to: "renamed")
            try await Watching.run(engine) { watching in
                try await eventually(within: .seconds(10), "the past") {
                    told(watching, "\(id)") == [
                        "container create", "container start", "container rename",
                    ]
                }
                #expect(watching.watcher.counters.inspections == 1, "the past is told, not looked at")
            }
        }
    }

    /// H5: the same labels stay on the host as in records.
    @Test func `keep hidden labels on the host`() async throws {
        try await withSimulatedEngine { engine in
            try await Watching.run(engine, redaction: Redaction(hiddenLabels: [Watch.Pattern("pass*")])) {
                watching in
                var spec = ContainerSpec(name: "secretive")
                spec.labels = ["password": "hunter2", "app": "web"]
                let id = try engine.engine.run(spec)
                try await eventually(within: .seconds(10), "its start and its record") {
                    try told(watching, "\(id)").contains("container start") && watching.config(id) != nil
                }
                for event in watching.sink.now.events where event.actor == "\(id)" {
                    let hidden = try #require(event.attributes["password"])
                    #expect(hidden.hasPrefix(Redaction.hiddenPrefix) && event.attributes["app"] == "web")
                    let record = try #require(try watching.config(id))
                    #expect(hidden == record.labels["password"], "the same digest as in the record")
                }
            }
        }
    }

    /// B17: a container that is restarted a hundred times a second.
    @Test func `of a storm are bounded, and nothing waits for them`() async throws {
        try await withSimulatedEngine { engine in
            try await Watching.run(engine, { $0.eventLimit = 100 }) { watching in
                let id = try engine.engine.run(ContainerSpec(name: "restless"))
                for _ in 0..<500 { try engine.engine.restart("restless") }
                try await watching.converges("the storm's end")
                #expect(try watching.status(id)?.state == .running)
                let counters = watching.watcher.counters
                #expect(counters.inspections < 500, "\(counters.inspections) inspections for 500 restarts")
            }
        }
    }

    @Test func `are cut to size`() {
        var event = EngineEvent(type: "container", action: "start", actor: "aa", time: 1_000_000_007)
        event.attributes = ["image": "nginx", "name": "web", "snadboy.revp.80.domain": "a.example"]
        for number in 0..<1_000 { event.attributes["l\(number)"] = String(repeating: "ü", count: 3_000) }
        let told = EventMaker(redaction: Redaction(), key: Watching.key).event(of: event)
        #expect(told?.at == 1_000 && told?.nanoseconds == 7)
        let attributes = told?.attributes ?? [:]
        #expect(attributes["image"] == "nginx" && attributes["snadboy.revp.80.domain"] == "a.example")
        #expect(attributes["l0"]?.utf8.count == 4_096 && attributes.count < 8)
        event.time = 0
        #expect(EventMaker(redaction: Redaction(), key: Watching.key).event(of: event) == nil)
    }
}

/// C4: attempts, waits and chance.
@Suite struct `Attempts at an Engine` {
    private static func instant(_ seconds: Int64) -> BootClock.Instant {
        start.advanced(by: .seconds(seconds))
    }
    private static let start = BootClock.now

    @Test func `count as an outage after three, and then grow from two seconds to ten`() {
        var retries = EngineRetries(WatchSettings())
        var random = SplitMix64(seed: 5)
        var waits: [Duration] = []
        for attempt in 1...3 {
            #expect(!retries.isUnreachable)
            retries.failed(at: Self.instant(0))
            #expect(retries.failures == attempt && retries.wait(using: &random) <= .seconds(1))
        }
        #expect(retries.isUnreachable)
        for attempt in 0..<6 {
            retries.failed(at: Self.instant(30 + Int64(attempt) * 10))
            waits.append(retries.wait(using: &random))
        }
        let full = [2, 4, 8, 10, 10, 10].map { Duration.seconds($0) }
        for (wait, full) in zip(waits, full) {
            #expect(wait >= full / 2 && wait <= full, "\(wait) of \(full)")
        }
        #expect(Set(waits.suffix(3)).count == 3, "no two hosts come at one instant")
        retries.ended(after: .seconds(60))
        #expect(!retries.isUnreachable && retries.wait(using: &random) <= .milliseconds(100))
    }

    @Test func `are slowed down when streams end as soon as they began`() {
        var retries = EngineRetries(WatchSettings())
        var random = SplitMix64(seed: 5)
        for _ in 0..<10 { retries.ended(after: .zero) }
        #expect(retries.wait(using: &random) >= .milliseconds(500))
    }
}

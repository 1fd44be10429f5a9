import Docker
import Inventory
import Log
import OS
import Simulation
import TestSupport
import Testing
import Watch

/// What a watcher does when answers are wrong, late, cut or endless, which only the simulated Engine does on demand.
@Suite(.timeLimit(.minutes(1)))
struct `A watcher of a faulty Engine` {
    private static let broken: [EngineFault] = [
        .close, .closeAfter(bytes: 700), .truncate, .status(500), .notJSON,
        .raw(Array("\u{0}\u{1}nonsense\r\n".utf8)),
        .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]".utf8)), .hang, .endless,
    ]

    /// failed is not empty.
    ///
    /// Whatever becomes of a list, it removes nothing, and the next good one counts.
    @Test(arguments: broken)
    func `removes nothing because of a list that failed`(fault: EngineFault) async throws {
        try await withSimulatedEngine { engine in
            let ids = try (0..<20).map { try engine.engine.run(ContainerSpec(name: "c\($0)")) }
            try await Watching.run(engine, reconcile: .milliseconds(1_200)) { watching in
                // Twice: a connection that is closed without an answer is tried once more.
                engine.engine.inject(fault, on: .list, times: 2)
                let before = watching.watcher.counters.failedReconciliations
                watching.watcher.refreshAll()
                try await eventually(within: .seconds(15), "the failure") {
                    watching.watcher.counters.failedReconciliations > before
                }
                try await watching.converges("a good list")
                #expect(watching.sink.now.removals == 0)
                engine.engine.loseEvents(100)
                try engine.engine.remove(ids[0], force: true)
                try await watching.converges("the next good list")
                #expect(watching.sink.now.removals == 1)
                let lines = watching.log.lines.filter { $0.contains("incomplete") }
                #expect(lines.isEmpty == false)
            }
        }
    }

    /// an empty list counts only when the Engine's own count says 0.
    @Test func `believes an empty list only when the Engine counts none`() async throws {
        try await withSimulatedEngine { engine in
            let ids = try (0..<3).map { try engine.engine.run(ContainerSpec(name: "c\($0)")) }
            try await Watching.run(engine, reconcile: .milliseconds(1_200)) { watching in
                engine.engine.hideFromLists(ids)
                watching.watcher.refreshAll()
                try await eventually(within: .seconds(15), "the failure") {
                    watching.watcher.counters.failedReconciliations > 0
                }
                #expect(watching.sink.now.containers.count == 3)
                #expect(watching.log.lines.contains { $0.contains("lists no containers but counts 3") })
                engine.engine.clearFaults()
                engine.engine.loseEvents(100)
                for id in ids { try engine.engine.remove(id, force: true) }
                try await eventually(within: .seconds(15), "the true emptiness") {
                    watching.sink.now.containers.isEmpty
                }
                try await eventually(within: .seconds(15), "its confirmation") {
                    watching.sink.now.reconciled?.isEmpty == true
                }
            }
        }
    }

    /// B14: what no event told is found by comparing lists; also what no list shows, in time.
    @Test func `finds what lost events would have told`() async throws {
        try await withSimulatedEngine { engine in
            let simulated = engine.engine
            let ids = try (0..<30).map { try simulated.run(ContainerSpec(name: "c\($0)")) }
            var checked = ContainerSpec(name: "checked")
            checked.healthCheck = "true"
            let healthy = try simulated.run(checked)
            try await Watching.run(engine, reconcile: .milliseconds(1_500)) { watching in
                simulated.loseEvents(10_000)
                try simulated.stop(ids[1])
                try simulated.rename(ids[2], to: "other")
                try simulated.connect(ids[3], to: "side")
                try simulated.remove(ids[4], force: true)
                try simulated.restart(ids[5])
                try simulated.check(healthy, as: "unhealthy")
                _ = try simulated.create(ContainerSpec(name: "new"))
                // The restart shows in no list but by its address: the others are looked at in turn.
                try await watching.converges("all of it", within: .seconds(25))
                #expect(watching.watcher.counters.drift > 0)
            }
        }
    }

    /// The design's order: a container that goes between the list and its inspection never was.
    @Test func `takes a container that went between list and inspection for gone`() async throws {
        try await withSimulatedEngine { engine in
            let ids = try (0..<5).map { try engine.engine.run(ContainerSpec(name: "c\($0)")) }
            engine.engine.vanishAfterList([ids[2]])
            try await Watching.run(engine) { watching in
                #expect(watching.sink.now.reconciled == Set(ids).subtracting([ids[2]]))
                #expect(watching.sink.now.containers[ids[2]] == nil)
            }
        }
    }

    /// B14: an event stream that breaks is opened again, and what happened in between is not missed.
    @Test func `opens a broken event stream again`() async throws {
        try await withSimulatedEngine { engine in
            let id = try engine.engine.run(ContainerSpec(name: "one"))
            try await Watching.run(engine) { watching in
                for turn in 1...5 {
                    engine.engine.dropEventStreams()
                    try engine.engine.rename(id, to: "one-\(turn)")
                    try await watching.converges("turn \(turn)")
                    try await eventually(within: .seconds(15), "reconnect") {
                        watching.watcher.counters.reconnects >= turn
                    }
                }
                #expect(watching.sink.now.states.filter { !$0.isReachable }.isEmpty)
            }
        }
    }

    /// One container that can't be read is reported; the rest goes on.
    @Test(arguments: [EngineFault.notJSON, .truncate, .status(500)])
    func `goes on with the others when one can't be read`(fault: EngineFault) async throws {
        try await withSimulatedEngine { engine in
            let ids = try (0..<5).map { try engine.engine.create(ContainerSpec(name: "c\($0)")) }
            try await Watching.run(engine, reconcile: .milliseconds(1_200)) { watching in
                engine.engine.inject(fault, on: .inspect, times: 1)
                try engine.engine.rename(ids[0], to: "other")
                try await eventually(within: .seconds(15), "the failure") {
                    watching.watcher.counters.failedInspections > 0
                }
                try engine.engine.rename(ids[1], to: "another")
                try await watching.converges("both")
            }
        }
    }

    /// B17: an Engine that hangs keeps its rows and holds up nobody else.
    @Test func `keeps one Engine's trouble from another`() async throws {
        try await withSimulatedEngine { stuck in
            try await withSimulatedEngine { sound in
                let kept = try stuck.engine.run(ContainerSpec(name: "kept"))
                let id = try sound.engine.run(ContainerSpec(name: "one"))
                try await Watching.run(stuck, reconcile: .milliseconds(1_200)) { stuckWatching in
                    stuck.engine.inject(.hang, on: .any, times: 1_000)
                    stuckWatching.watcher.refreshAll()
                    try await Watching.run(sound) { watching in
                        for turn in 0..<20 {
                            try sound.engine.rename(id, to: "one-\(turn)")
                            try await watching.converges("turn \(turn)", within: .seconds(3))
                        }
                    }
                    try await eventually(within: .seconds(15), "the time-out") {
                        stuckWatching.watcher.counters.failedReconciliations > 0
                    }
                    #expect(Array(stuckWatching.sink.now.containers.keys) == [kept])
                    stuck.engine.clearFaults()
                    stuck.engine.dropEventStreams()
                }
            }
        }
    }

    /// C4: three attempts, then the Engine counts as unreachable and is tried for ever; C5: the reason helps.
    @Test func `says what to do about an Engine that was never there`() async throws {
        try await withSimulatedEngine { engine in
            engine.door.removeSocketFile()
            try await Watching.run(engine, waits: false) { watching in
                try await eventually(within: .seconds(15), "the verdict") {
                    !watching.sink.now.states.isEmpty
                }
                #expect(watching.watcher.counters.connectionErrors >= 3)
                guard case .unreachable(let reason, _) = watching.sink.now.states.last else {
                    Issue.record("not unreachable")
                    return
                }
                #expect(reason.contains("There is no socket at \(engine.socket)"))
                #expect(watching.sink.now.reconciliations == 0)
                _ = try engine.engine.run(ContainerSpec(name: "late"))
                try engine.door.open()
                try await watching.converges("its appearance")
                try await eventually(within: .seconds(15), "the first pass") {
                    watching.sink.now.reconciliations > 0
                }
            }
        }
    }

    /// A socket that was replaced by another one is found, since it is looked up for each connection.
    @Test func `finds a replaced socket`() async throws {
        try await withSimulatedEngine { engine in
            let id = try engine.engine.run(ContainerSpec(name: "one"))
            try await Watching.run(engine, reconcile: .milliseconds(1_200)) { watching in
                try engine.door.replaceSocketFile()
                engine.engine.dropEventStreams()
                try engine.engine.rename(id, to: "other")
                try await watching.converges("the new socket")
                try engine.engine.rename(id, to: "another")
                try await watching.converges("its events")
            }
        }
    }
}

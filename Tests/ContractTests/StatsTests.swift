import Docker
import Inventory
import JSON
import OS
import Simulation
import Synchronization
import TestSupport
import Testing

/// Row B16: what the Engine itself says that containers use, where files can't be read.
@Suite(.realEngine, .serialized, .timeLimit(.minutes(3))) struct `An Engine's samples` {
    private func client(_ engine: any EngineUnderTest) -> EngineClient {
        EngineClient(connector: SocketConnector(.unix(engine.socket)), name: "unix://\(engine.socket)")
    }

    @Test(arguments: Backend.possible) func `say what a container uses`(backend: Backend) async throws {
        try await withEngine(backend) { engine in
            let id = try await engine.driver.run(
                "limited", host: [.init("Memory", .integer(64 << 20))])
            let free = try await engine.driver.run("free")
            let client = client(engine)
            let machine = try await client.info(deadline: .after(.seconds(10))).memory
            let found = try await client.stats(id, machineMemory: machine, deadline: .after(.seconds(10)))
            let sample = try #require(found)
            #expect(sample.stats.cpu == nil)
            #expect((sample.stats.cpuTime ?? -1) >= 0)
            #expect((sample.stats.memory ?? 0) > 0 && sample.stats.memoryLimit == 64 << 20)
            #expect((sample.stats.pids ?? 0) > 0)
            #expect(sample.stats.received != nil && sample.stats.read != nil)
            let share = try #require(sample.share)
            #expect(share.system.cpus > 0 && share.system.time > 0)
            try await eventually(within: .seconds(20), "a later sample") {
                let later = try await client.stats(id, deadline: .after(.seconds(10)))
                return later?.share?.percent(since: share) != nil
            }
            let unlimited = try await client.stats(
                free, machineMemory: machine, deadline: .after(.seconds(10)))
            #expect(unlimited?.stats.memoryLimit == 0)
        }
    }

    @Test(arguments: Backend.possible) func `are none of a container that ended or is gone`(
        backend: Backend
    ) async throws {
        try await withEngine(backend) { engine in
            let id = try await engine.driver.create("made")
            let client = client(engine)
            #expect(try await client.stats(id, deadline: .after(.seconds(10))) == nil)
            try await engine.driver.remove(id)
            let error = await #expect(throws: DockerError.self) {
                try await client.stats(id, deadline: .after(.seconds(10)))
            }
            #expect(error?.kind == .notFound)
        }
    }

    @Test(arguments: Backend.possible) func `say nothing of the network when that is the host's`(
        backend: Backend
    ) async throws {
        try await withEngine(backend) { engine in
            let id = try await engine.driver.run("wide", host: [.init("NetworkMode", .string("host"))])
            let sample = try await client(engine).stats(id, deadline: .after(.seconds(10)))
            #expect(sample != nil && sample?.stats.received == nil)
        }
    }

    @Test(arguments: [
        "{}",
        #"{"cpu_stats":null,"memory_stats":null,"networks":null,"blkio_stats":{"io_service_bytes_recursive":null}}"#,
        #"{"cpu_stats":{"cpu_usage":{"total_usage":18446744073709551615},"system_cpu_usage":1},"memory_stats":{"usage":1.5}}"#,
        #"{"cpu_stats":{"cpu_usage":{"total_usage":-4},"system_cpu_usage":"x"},"memory_stats":{"usage":[]}}"#,
    ]) func `that hold no numbers are no samples`(text: String) throws {
        #expect(try !EngineSample(parsing: Array(text.utf8)).isRunning)
    }

    @Test(arguments: [
        "", "[]", "{", #"{"networks":3}"#, #"{"cpu_stats":[]}"#, #"{"pids_stats":{"current":}}"#,
    ])
    func `that are no such answer are refused`(text: String) {
        #expect(throws: JSONError.self) { try EngineSample(parsing: Array(text.utf8)) }
    }

    @Test func `are read as Docker's client reads them`() throws {
        let text = #"""
            {"cpu_stats":{"cpu_usage":{"total_usage":700,"percpu_usage":[1,2,3]},"system_cpu_usage":9000},
             "memory_stats":{"usage":1000,"limit":18446744073709551615,"stats":{"inactive_file":300}},
             "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":5},{"op":"read","value":6},
              {"op":"Write","value":7},{"op":"Sync","value":9},{"op":"","value":1}]},
             "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2},"eth1":{"rx_bytes":3,"tx_bytes":4}}}
            """#
        let sample = try EngineSample(parsing: Array(text.utf8))
        #expect(sample.stats.memory == 700 && sample.stats.memoryLimit == 0)
        #expect(sample.stats.read == 11 && sample.stats.written == 7)
        #expect(sample.stats.received == 4 && sample.stats.sent == 6)
        #expect(sample.share == CPUShare(used: 700, system: CPUShare.System(time: 9_000, cpus: 3)))
    }
}

/// A simulated container's numbers follow from its id and the time alone.
@Suite struct `A simulated container` {
    @Test func `uses more as time passes, and begins anew when it is started anew`() throws {
        let clock = Clock()
        let engine = SimulatedEngine(seed: 7, now: { clock.now })
        let id = try engine.run(ContainerSpec(name: "web"))
        var last = try #require(engine[id]?.use(at: clock.now))
        for _ in 0..<200 {
            clock.advance(seconds: 7)
            let use = try #require(engine[id]?.use(at: clock.now))
            #expect((use.cpuTime ?? 0) >= (last.cpuTime ?? 0) && (use.received ?? 0) >= (last.received ?? 0))
            #expect((use.memory ?? 0) > 0)
            last = use
        }
        #expect((last.cpuTime ?? 0) > 0)
        try engine.restart(id)
        #expect((engine[id]?.use(at: clock.now)?.cpuTime ?? .max) < (last.cpuTime ?? 0))
        try engine.kill(id)
        #expect(engine[id]?.use(at: clock.now) == nil)
    }

    private final class Clock: Sendable {
        private let time = Atomic<Int64>(1_767_225_600_000_000_000)
        var now: Int64 { time.load(ordering: .relaxed) }
        func advance(seconds: Int64) { time.add(seconds * 1_000_000_000, ordering: .relaxed) }
    }
}

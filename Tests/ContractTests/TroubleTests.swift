import Docker
import Inventory
import OS
import Simulation
import TestSupport
import Testing
import Watch

/// C5: every error has a kind for programs, names its host, and says what to do.
@Suite(.timeLimit(.minutes(1))) struct `An error of an Engine` {
    private static func ask(
        _ engine: SimulatedUnderTest, within limit: Duration = .seconds(10), inspecting: Bool = false
    ) async -> DockerError? {
        let client = EngineClient(connector: SocketConnector(.unix(engine.socket)), name: "host attic")
        do throws(DockerError) {
            if inspecting {
                _ = try await client.inspect(ContainerID(words: (1, 2, 3, 4)), deadline: .after(limit))
            } else {
                _ = try await client.info(deadline: .after(limit))
            }
            return nil
        } catch {
            return error
        }
    }

    private static func expect(
        _ error: DockerError?, _ kind: ErrorKind, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(error?.errorKind == kind, "\(error?.sentence ?? "no error")", sourceLocation: location)
        #expect(error?.sentence.contains("host attic") == true, sourceLocation: location)
        #expect(error?.sentence.hasSuffix(".") == true, sourceLocation: location)
    }

    @Test func `is one of connection when nobody is there`() async throws {
        try await withSimulatedEngine { engine in
            engine.door.refuseConnections()
            Self.expect(await Self.ask(engine), .connection)
            engine.door.removeSocketFile()
            Self.expect(await Self.ask(engine), .connection)
        }
    }

    @Test(arguments: [EngineFault.close, .closeAfter(bytes: 40), .truncate])
    func `is one of connection when it breaks off`(fault: EngineFault) async throws {
        try await withSimulatedEngine { engine in
            engine.engine.inject(fault, on: .info, times: 5)
            Self.expect(await Self.ask(engine), .connection)
        }
    }

    @Test(arguments: [401, 403]) func `is one of authentication when the Engine lets nobody in`(status: Int)
        async throws
    {
        try await withSimulatedEngine { engine in
            engine.engine.inject(.status(status), on: .info)
            Self.expect(await Self.ask(engine), .authentication)
        }
    }

    @Test func `says that a container is not there`() async throws {
        try await withSimulatedEngine { engine in
            let error = await Self.ask(engine, inspecting: true)
            #expect(error?.errorKind == .containerNotFound && error?.sentence.contains("host attic") == true)
        }
    }

    @Test(arguments: [
        EngineFault.hang, .delay(.seconds(30)), .trickle(bytes: 1, every: .milliseconds(50)), .endless,
    ])
    func `is one of time when the answer is late, slow or without end`(fault: EngineFault) async throws {
        try await withSimulatedEngine { engine in
            engine.engine.inject(fault, on: .info, times: 5)
            let error = await Self.ask(engine, within: .milliseconds(300))
            // What has no end may reach its limit first.
            #expect([.timeout, .protocol].contains(error?.errorKind), "\(error?.sentence ?? "no error")")
            #expect(error?.sentence.contains("host attic") == true)
        }
    }

    @Test(arguments: [EngineFault.notJSON, .raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), .status(500)])
    func `is one of protocol when what comes is nonsense`(fault: EngineFault) async throws {
        try await withSimulatedEngine { engine in
            engine.engine.inject(fault, on: .info, times: 5)
            Self.expect(await Self.ask(engine), .protocol)
        }
    }
}

/// B17: one bad host never slows or empties another, nor itself.
@Suite(.timeLimit(.minutes(2))) struct `A bad Engine` {
    private static let faults: [EngineFault] = [
        .close, .closeAfter(bytes: 700), .truncate, .endless, .delay(.seconds(2)),
        .trickle(bytes: 64, every: .milliseconds(20)),
        .hang, .status(500), .notJSON, .raw([0, 1, 2, 255]),
    ]

    @Test(arguments: faults) func `costs its own freshness, and nobody else's`(fault: EngineFault)
        async throws
    {
        try await withSimulatedEngine { bad in
            try await withSimulatedEngine { good in
                for number in 0..<20 {
                    try bad.engine.run(ContainerSpec(name: "b\(number)"))
                    try good.engine.run(ContainerSpec(name: "g\(number)"))
                }
                let settle: (inout WatchSettings) -> Void = { settings in
                    settings.inspectionTimeout = .milliseconds(500)
                    settings.connectionTimeout = .milliseconds(500)
                }
                try await Watching.run(bad, reconcile: .seconds(1), settle) { sick in
                    try await Watching.run(good, reconcile: .seconds(1), settle) { well in
                        bad.engine.inject(fault, on: .any, times: 100_000)
                        bad.engine.dropEventStreams()
                        for turn in 0..<10 {
                            try good.engine.rename("g1", to: "h\(turn)")
                            try await well.converges("a change beside a bad Engine", within: .seconds(3))
                            try good.engine.rename("h\(turn)", to: "g1")
                        }
                        #expect(sick.sink.now.containers.count == 20, "what was known stays")
                        bad.engine.clearFaults()
                        try bad.engine.rename("b1", to: "back")
                        try await sick.converges("the bad Engine's recovery")
                    }
                }
            }
        }
    }

    /// An Engine that takes connections and says nothing, its event stream too.
    @Test func `that stands still is noticed`() async throws {
        try await withSimulatedEngine { engine in
            try engine.engine.run(ContainerSpec(name: "one"))
            try await Watching.run(engine, { $0.pulse = .milliseconds(50) }) { watching in
                engine.engine.inject(.hang, on: .any, times: 100_000)
                try await eventually(within: .seconds(10), "it is unreachable") {
                    watching.sink.now.states.last?.isReachable == false
                }
                #expect(watching.sink.now.containers.count == 1)
            }
        }
    }
}

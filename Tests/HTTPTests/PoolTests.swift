import HTTP
import OS
import Synchronization
import TestSupport
import Testing

/// C3: connections are pooled, bounded, reused, closed when idle, and never leaked.
@Suite(.timeLimit(.minutes(1))) struct `A pool of connections` {
    /// Connections as the far end sees them.
    private final class Census: Sendable {
        let state = Mutex<(open: Int, most: Int, all: Int)>((0, 0, 0))

        func come() {
            state.withLock { state in
                state.open += 1
                state.all += 1
                state.most = max(state.most, state.open)
            }
        }

        func go() { state.withLock { $0.open -= 1 } }
        var open: Int { state.withLock { $0.open } }
    }

    /// A server that answers after a little while; some paths break the connection, some answer nonsense.
    private static func server(_ census: Census) throws -> ScriptedServer {
        try ScriptedServer { talk in
            census.come()
            defer { census.go() }
            while let request = try await talk.request() {
                if request.hasPrefix("GET /break") { return }
                if request.contains(" /hang ") { continue }
                if request.hasPrefix("GET /nonsense") {
                    try await talk.answer("lalala\r\n\r\n")
                    continue
                }
                try await talk.answer(`A client`.ok)
            }
        }
    }

    @Test func `holds its bound under load, and reuses what it has`() async throws {
        let census = Census()
        let server = try Self.server(census)
        let client = server.client(maxConnections: 5)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    let response = try await client.send(.get("/"), deadline: .after(.seconds(30)))
                    #expect(response.text == "ok")
                }
            }
            try await group.waitForAll()
        }
        let seen = census.state.withLock { $0 }
        #expect(seen.most <= 5 && seen.all <= 10, "\(seen.most) at a time, \(seen.all) in all")
    }

    /// What changes something gets a connection of its own, and an idle one gives way to it.
    @Test func `counts idle connections too`() async throws {
        let census = Census()
        let server = try Self.server(census)
        let client = server.client(maxConnections: 2)
        try await eventually(within: .seconds(10), "two idle connections") {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask { _ = try? await client.send(.get("/"), deadline: .after(.seconds(10))) }
                }
            }
            return census.open == 2
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask { _ = try await client.send(HTTPRequest(.post, "/hang"), deadline: .never) }
            }
            try await eventually(within: .seconds(10), "two new connections in place of the idle ones") {
                census.state.withLock { $0.all == 4 && $0.open == 2 }
            }
            group.cancelAll()
            while let result = await group.nextResult() { _ = result }
        }
    }

    @Test func `closes what is idle, though nobody asks anything more`() async throws {
        let census = Census()
        let server = try Self.server(census)
        let client = server.client(idle: .milliseconds(50))
        #expect(try await client.send(.get("/"), deadline: .after(.seconds(10))).text == "ok")
        try await eventually(within: .seconds(10), "no connection is open") { census.open == 0 }
        #expect(try await client.send(.get("/"), deadline: .after(.seconds(10))).text == "ok")
        #expect(census.state.withLock { $0.all } == 2)
    }

    @Test func `leaks nothing, however requests end`() async throws {
        let census = Census()
        let server = try Self.server(census)
        let client = server.client(maxConnections: 4, idle: .milliseconds(50))
        for _ in 0..<20 {
            await withTaskGroup(of: Void.self) { group in
                for path in ["/", "/break", "/hang", "/nonsense", "/", "/break"] {
                    group.addTask {
                        _ = try? await client.send(.get(path), deadline: .after(.milliseconds(30)))
                    }
                }
                // Some are given up in the middle.
                group.addTask { _ = try? await client.open(.get("/"), deadline: .after(.milliseconds(30))) }
                group.addTask {
                    await withTaskGroup(of: Void.self) { inner in
                        inner.addTask { _ = try? await client.send(.get("/hang"), deadline: .never) }
                        inner.cancelAll()
                    }
                }
            }
        }
        try await eventually(within: .seconds(10), "no connection is open") { census.open == 0 }
        // And every place is free again.
        for _ in 0..<10 {
            #expect(try await client.send(.get("/"), deadline: .after(.seconds(10))).text == "ok")
        }
    }
}

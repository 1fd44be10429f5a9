import Glibc
import HTTPServer
import OS
import Testing

@Suite struct `An HTTP server's life` {
    /// A3: the command line asks over the Unix socket, others over TCP, of one server.
    @Test func `serves TCP and a Unix socket at once`() async throws {
        let scratch = try ServerScratch()
        let handler = { @Sendable (request: HTTPServerRequest, exchange: HTTPExchange) in
            exchange.answer(.text(request.peer == .unix ? "unix" : "tcp"))
        }
        try await withServer({ $0.socketPath = scratch.socket }, answering: handler) { server, address in
            #expect(server.boundAddresses.count == 2)
            #expect(server.boundAddresses[0].port != 0)
            let unix = try await RawClient(.unix(scratch.socket))
            let tcp = try await RawClient(address)
            for _ in 0..<3 {
                #expect(try await unix.get("/").text == "unix")
                #expect(try await tcp.get("/").text == "tcp")
            }
            try await unix.send("GET / HTTP/1.1\r\nHost: whatever.example\r\n\r\n")
            #expect(try await unix.answer().status == 200)
            var facts = stat()
            try #require(unsafe stat(scratch.socket, &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o660)
        }
        #expect(unsafe access(scratch.socket, F_OK) != 0)
    }

    @Test func `replaces a socket file that nobody listens on, never one in use`() async throws {
        let scratch = try ServerScratch()
        do {
            let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) {
                unsafe $0.copyBytes(from: scratch.socket.utf8)
            }
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(bound == 0)
            close(number)
        }
        try await withServer({ $0.socketPath = scratch.socket }, answering: { $1.answer(.text("x")) }) {
            _, _ in
            let first = try await RawClient(.unix(scratch.socket))
            #expect(try await first.get("/").text == "x")
            let failure = #expect(throws: HTTPServerError.self) {
                var configuration = HTTPServerConfiguration()
                configuration.socketPath = scratch.socket
                _ = try HTTPServer(configuration)
            }
            guard case .cannotListen(let reason) = failure else {
                Issue.record("the error names the address")
                return
            }
            #expect(reason.kind == .inUse)
            #expect(failure?.sentence.contains(scratch.socket) == true)
            let second = try await RawClient(.unix(scratch.socket))
            #expect(try await second.get("/").text == "x")
        }
    }

    @Test func `says which address is taken, and what to do`() async throws {
        try await withServer(answering: { $1.answer(.text("x")) }) { _, address in
            let failure = #expect(throws: HTTPServerError.self) {
                var configuration = HTTPServerConfiguration()
                configuration.addresses = [address]
                _ = try HTTPServer(configuration)
            }
            #expect(failure?.sentence.contains("\(address)") == true)
            #expect(failure?.sentence.contains("choose another port") == true)
        }
    }

    /// B20: the doors close at once, what is under way ends, idle connections go.
    @Test func `lets requests end when it is stopped, and takes no new ones`() async throws {
        let kept = Noted<HTTPExchange?>(nil)
        try await withServer(
            answering: { request, exchange in
                if request.path == "/slow" {
                    kept.withLock { $0 = exchange }
                } else {
                    exchange.answer(.text("x"))
                }
            }
        ) { server, address in
            let idle = try await RawClient(address)
            #expect(try await idle.get("/").status == 200)
            let busy = try await RawClient(address)
            try await busy.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await eventually("the request came") { kept.withLock { $0 != nil } }
            server.stop(within: .seconds(5))
            #expect(try await idle.rest() == [])
            await #expect(throws: StreamError.self) { _ = try await RawClient(address) }
            kept.withLock { $0.take() }?.answer(.text("done"))
            let answer = try await busy.answer()
            #expect(answer.text == "done")
            #expect(answer.headers["connection"] == "close")
        }
    }

    /// B20: what does not end in time is cut, and whoever streams is told.
    @Test func `cuts what does not end in time`() async throws {
        let outcome = Noted<HTTPServerError?>(nil)
        let streams = Noted<[HTTPResponseStream]>([])
        let begun = ContinuousClock.now
        try await withServer(
            answering: { request, exchange in
                let stream = exchange.stream()
                streams.withLock { $0.append(stream) }
                Task {
                    do throws(HTTPServerError) {
                        while true { try await stream.send([UInt8](repeating: 1, count: 100_000)) }
                    } catch {
                        outcome.withLock { $0 = error }
                    }
                }
            }
        ) { server, address in
            let client = try await RawClient(address)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.line() == "HTTP/1.1 200 OK")
            server.stop(within: .milliseconds(100))
            try await eventually("the sender is told") { outcome.withLock { $0 == .peerGone } }
        }
        #expect(ContinuousClock.now - begun < .seconds(5))
    }

    @Test func `ends when its task is cancelled, runs once, and frees its port`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.addresses = [try SocketAddress("127.0.0.1:0")]
        let server = try HTTPServer(configuration)
        let address = server.boundAddresses[0]
        let task = Task { try await server.run(Answering { $1.answer(.text("x")) }) }
        let client = try await RawClient(address)
        #expect(try await client.get("/").text == "x")
        await #expect(throws: HTTPServerError.alreadyRun) { try await server.run(Answering { _, _ in }) }
        task.cancel()
        try await task.value
        await #expect(throws: StreamError.self) { _ = try await RawClient(address) }
    }

    @Test func `stops before it ran`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.addresses = [try SocketAddress("127.0.0.1:0")]
        let server = try HTTPServer(configuration)
        server.stop(within: .seconds(1))
        try await server.run(Answering { _, _ in })
    }

    /// C8, B17: 300 connections, some silent, some half-sent, some unread; every other one is answered.
    @Test func `answers many at once while others misbehave`() async throws {
        try await withServer(
            answering: { request, exchange in
                exchange.answer(
                    HTTPServerResponse(
                        status: 200,
                        body: [UInt8](repeating: 120, count: request.path == "/big" ? 900_000 : 10)))
            }
        ) { _, address in
            var bad: [RawClient] = []
            for index in 0..<150 {
                let client = try await RawClient(address)
                if index % 3 == 1 { try await client.send("GET / HTTP/1.1\r\nHo") }
                if index % 3 == 2 { try await client.send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n") }
                bad.append(client)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<150 {
                    group.addTask {
                        let client = try await RawClient(address)
                        for _ in 0..<5 { #expect(try await client.get("/").body.count == 10) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(bad.count == 150)
        }
    }
}

import HTTPServer
import OS
import TLS
import TestSupport
import Testing

/// Issue 3, bad input: TLS 1.1, wrong authority, cut handshakes, 1,000 half-open ones.
@Suite(.serialized) struct `An HTTPS server under bad handshakes` {
    @Test func `tells who speaks plain HTTP to use HTTPS, and others nothing`() async throws {
        let asked = Noted(0)
        try await withSecureServer(answering: {
            asked.withLock { $0 += 1 }
            $1.answer(.text($0.path))
        }) { _, address in
            for request in [
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "POST /x HTTP/1.1\r\nContent-Le", "G",
            ] {
                let client = try await RawClient(address)
                let start = BootClock.now
                try await client.send(request)
                let answer = try await client.answer()
                #expect(answer.status == 400)
                #expect(answer.text.contains("https://"))
                #expect(try await client.rest().isEmpty)
                #expect(start.duration(to: BootClock.now) < .seconds(5))
            }
            for bytes: [UInt8] in [
                [0, 0, 0, 9, 123, 125], [0x15], [0x16, 9, 9, 9, 9, 9], [0xff], [10, 10],
            ] {
                let client = try await RawClient(address)
                try await client.stream.write(bytes, deadline: .after(.seconds(5)))
                if bytes.count == 1, bytes[0] == 0x15 { client.close() }
                #expect(try await client.rest().count < 16)
            }
            #expect(asked.withLock { $0 } == 0)
        }
    }

    /// The time-out of the head counts from the connection's start, whatever drips in.
    @Test func `ends a handshake that stalls or drips`() async throws {
        let greeting = try Secure.greeting()
        let notices = Noted<[HTTPServerNotice]>([])
        try await withSecureServer({
            $0.timeouts.head = .milliseconds(300)
            $0.report = { notice in notices.withLock { $0.append(notice) } }
        }) { _, address in
            let silent = try await RawClient(address)
            let half = try await RawClient(address)
            try await half.stream.write(Array(greeting.dropLast(20)), deadline: .after(.seconds(5)))
            let answered = try await RawClient(address)
            try await answered.stream.write(greeting, deadline: .after(.seconds(5)))
            let dripping = try await RawClient(address)
            let start = BootClock.now
            let slow = dripping.stream
            let drip = Task {
                for byte in greeting {
                    try await slow.write([byte], deadline: .after(.seconds(5)))
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(try await silent.rest().isEmpty)
            #expect(try await half.rest().isEmpty)
            #expect(try await answered.rest().count > 500)
            #expect(try await dripping.rest().isEmpty)
            #expect(start.duration(to: BootClock.now) < .seconds(5))
            drip.cancel()
            _ = await drip.result
            let cut = try await RawClient(address)
            try await cut.stream.write(Array(greeting.prefix(100)), deadline: .after(.seconds(5)))
            cut.close()
            #expect(try await Secure.client(address).get("/x").text == "answer to /x")
        }
    }

    @Test func `reports handshakes that failed, not each one`() async throws {
        let notices = Noted<[HTTPServerNotice]>([])
        try await withSecureServer({
            $0.timeouts.head = .milliseconds(200)
            $0.report = { notice in notices.withLock { $0.append(notice) } }
        }) { _, address in
            let trust = TLSTrust.pinned(publicKeySHA256: [UInt8](repeating: 1, count: 32), name: nil)
            let connector = TLSConnector(SocketConnector(address), try TLSClientContext(trust))
            let error = await #expect(throws: StreamError.self) {
                _ = try await connector.connect(deadline: .after(.seconds(10)))
            }
            #expect(error?.kind == .insecure)
            try await eventually("the failure is reported") {
                notices.withLock { notices in
                    notices.contains {
                        if case .handshakesFailed(1, let last) = $0 { last.kind == .untrusted } else { false }
                    }
                }
            }
        }
    }

    /// Issue 3: 1,000 half-open handshakes.
    @Test(arguments: [1_024, 100]) func `serves on under 1,000 half-open handshakes`(limit: Int) async throws
    {
        let scratch = try ServerScratch()
        let greeting = try Secure.greeting()
        try await withSecureServer({
            $0.socketPath = scratch.socket
            $0.limits.connections = limit
        }) { _, address in
            let early = try await Secure.client(address)
            #expect(try await early.get("/before").status == 200)
            var halfOpen: [RawClient] = []
            for index in 0..<1_000 {
                let client = try await RawClient(address)
                switch index % 3 {
                case 0: break
                case 1:
                    try await client.stream.write(Array(greeting.prefix(60)), deadline: .after(.seconds(5)))
                default: try await client.stream.write(greeting, deadline: .after(.seconds(5)))
                }
                halfOpen.append(client)
            }
            let start = BootClock.now
            #expect(try await early.get("/early").text == "answer to /early")
            #expect(try await RawClient(.unix(scratch.socket)).get("/unix").text == "answer to /unix")
            #expect(try await Secure.client(address).get("/late").text == "answer to /late")
            #expect(start.duration(to: BootClock.now) < .seconds(5))
            for client in halfOpen { client.close() }
        }
    }

    @Test func `refuses one more when every connection is in use`() async throws {
        try await withSecureServer({ $0.limits.connections = 3 }) { _, address in
            var clients: [RawClient] = []
            for _ in 0..<3 {
                let client = try await Secure.client(address)
                #expect(try await client.get("/").status == 200)
                clients.append(client)
            }
            await #expect(throws: StreamError.self) { _ = try await Secure.client(address) }
            for client in clients { #expect(try await client.get("/").status == 200) }
        }
    }
}

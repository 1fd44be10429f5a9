import OS
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A socket stream` {
    static let soon = Duration.seconds(5)

    @Test(arguments: ["127.0.0.1:0", "[::1]:0", ":0"])
    func `carries bytes both ways over TCP`(text: String) async throws {
        let listener = try Listener(SocketAddress(text))
        async let accepted = listener.next(deadline: .after(Self.soon))
        let client = try await SocketConnector(listener.address).connectSocket(deadline: .after(Self.soon))
        let server = try await accepted
        try await client.write(Array("ping".utf8), deadline: .after(Self.soon))
        #expect(try await server.read(atMost: 100, deadline: .after(Self.soon)) == Array("ping".utf8))
        try await server.write(Array("pong".utf8), deadline: .after(Self.soon))
        #expect(try await client.read(atMost: 2, deadline: .after(Self.soon)) == Array("po".utf8))
        #expect(try await client.read(atMost: 2, deadline: .after(Self.soon)) == Array("ng".utf8))
        #expect(server.peerAddress == client.localAddress)
        #expect(client.peerAddress.port == listener.address.port)
        client.finishWriting()
        #expect(try await server.read(atMost: 1, deadline: .after(Self.soon)).isEmpty)
    }

    @Test func `carries more than the system buffers`() async throws {
        let (left, right) = try SocketStream.pair()
        let payload = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        async let writing: Void = left.write(payload, deadline: .after(Self.soon))
        var received: [UInt8] = []
        while received.count < payload.count {
            received += try await right.read(atMost: 100_000, deadline: .after(Self.soon))
        }
        try await writing
        #expect(received == payload)
    }

    @Test func `gives a read up at its deadline and can read again`() async throws {
        let (left, right) = try SocketStream.pair()
        for _ in 0..<3 {
            let error = await #expect(throws: StreamError.self) {
                try await left.read(atMost: 1, deadline: .after(.milliseconds(10)))
            }
            #expect(error?.kind == .timedOut)
        }
        try await right.write([1], deadline: .after(Self.soon))
        #expect(try await left.read(atMost: 1, deadline: .after(Self.soon)) == [1])
    }

    @Test func `gives a write up when the peer does not read`() async throws {
        let (left, right) = try SocketStream.pair()
        let error = await #expect(throws: StreamError.self) {
            try await left.write(
                [UInt8](repeating: 0, count: 10_000_000), deadline: .after(.milliseconds(30)))
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.sentence.contains("of 10000000 bytes") == true)
        right.close()
    }

    @Test func `ends a pending read when it is closed, and closes twice without harm`() async throws {
        let (left, right) = try SocketStream.pair()
        async let reading = left.read(atMost: 1, deadline: .never)
        try await BootClock().sleep(for: .milliseconds(5))
        left.close()
        left.close()
        #expect(try await reading.isEmpty)
        let error = await #expect(throws: StreamError.self) { try await left.write([1], deadline: .never) }
        #expect(error?.kind == .closed)
        #expect(try await right.read(atMost: 1, deadline: .after(Self.soon)).isEmpty)
    }

    @Test func `ends a pending read and a pending write when their task is cancelled`() async throws {
        let (left, right) = try SocketStream.pair()
        for isRead in [true, false] {
            let task = Task { () -> StreamError? in
                do throws(StreamError) {
                    if isRead {
                        _ = try await left.read(atMost: 1, deadline: .never)
                    } else {
                        try await left.write([UInt8](repeating: 0, count: 10_000_000), deadline: .never)
                    }
                    return nil
                } catch {
                    return error
                }
            }
            try await BootClock().sleep(for: .milliseconds(5))
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
        }
        right.close()
    }

    @Test func `says that the peer broke off`() async throws {
        let (left, right) = try SocketStream.pair()
        right.close()
        let error = await #expect(throws: StreamError.self) {
            for _ in 0..<10 { try await left.write([1], deadline: .after(Self.soon)) }
        }
        #expect(error?.kind == .reset)
    }

    @Test func `survives many cancellations, deadlines and closes at once`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let (left, right) = try SocketStream.pair()
                    let reader = Task {
                        while let bytes = try? await left.read(
                            atMost: 10, deadline: .after(.milliseconds(2))),
                            !bytes.isEmpty
                        {}
                    }
                    if index % 2 == 0 { try await right.write([1, 2, 3], deadline: .after(Self.soon)) }
                    if index % 3 == 0 { reader.cancel() }
                    if index % 5 == 0 { left.close() }
                    await reader.value
                    right.close()
                }
            }
            try await group.waitForAll()
        }
    }
}

import OS
import TLS
import TestSupport
import Testing

/// A3: the agents' and the API's connections.
@Suite struct `A TLS stream` {
    /// A client and a server stream that talk to each other.
    private func pair() async throws -> (TLSStream, TLSStream) {
        let (left, right) = try SocketStream.pair()
        let context = try Sample.server()
        async let server = TLSStream.accept(over: right, context, peer: "it", deadline: .after(.seconds(60)))
        let client = try await TLSStream.connect(
            over: left, try Sample.client(), peer: "it", deadline: .after(.seconds(60)))
        return (client, try await server)
    }

    private let soon = Deadline.after(.seconds(60))

    @Test func `carries much both ways at once`() async throws {
        let (client, server) = try await pair()
        let size = 3_000_000
        let message = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let soon = soon
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for (writer, reader) in [(client, server), (server, client)] {
                group.addTask {
                    try await writer.write(message, deadline: soon)
                    return true
                }
                group.addTask {
                    var received: [UInt8] = []
                    while received.count < size {
                        let bytes = try await reader.read(atMost: 10_000, deadline: soon)
                        try #require(!bytes.isEmpty && bytes.count <= 10_000)
                        received += bytes
                    }
                    return received == message
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(client.version == "TLSv1.3")
        #expect(client.peerCertificate == Sample.authority.server)
    }

    @Test func `tells the peer's end from a cut`() async throws {
        let (client, server) = try await pair()
        try await server.write([1, 2, 3], deadline: soon)
        server.close()
        server.close()
        #expect(try await client.read(atMost: 10, deadline: soon) == [1, 2, 3])
        #expect(try await client.read(atMost: 10, deadline: soon) == [])
        #expect(try await client.read(atMost: 10, deadline: soon) == [])
        client.close()
        let closed = await #expect(throws: StreamError.self) { try await client.write([1], deadline: soon) }
        #expect(closed?.kind == .closed)

        let (left, right) = try SocketStream.pair()
        let context = try Sample.server()
        async let accepted = TLSStream.accept(over: right, context, peer: "it", deadline: soon)
        let cut = try await TLSStream.connect(over: left, try Sample.client(), peer: "it", deadline: soon)
        let other = try await accepted
        try await other.write([4, 5], deadline: soon)
        right.close()
        #expect(try await cut.read(atMost: 1, deadline: soon) == [4])
        #expect(try await cut.read(atMost: 10, deadline: soon) == [5])
        for _ in 0..<2 {
            let error = await #expect(throws: StreamError.self) {
                _ = try await cut.read(atMost: 10, deadline: soon)
            }
            #expect(error?.kind == .reset)
            #expect(error?.sentence.contains("without saying that it had finished") == true)
        }
    }

    @Test func `ends a pending read when it is closed, and one that is cancelled`() async throws {
        let (client, server) = try await pair()
        let read = Task { try await client.read(atMost: 10, deadline: .never) }
        try await Task.sleep(for: .milliseconds(10))
        client.close()
        #expect(try await read.value == [])
        let cancelled = Task { try await server.read(atMost: 10, deadline: .never) }
        cancelled.cancel()
        let end = await cancelled.result
        // The farewell may have come first.
        if case .failure(let error) = end { #expect((error as? StreamError)?.kind == .cancelled) }
    }

    @Test func `gives up a handshake at its deadline, and when cancelled`() async throws {
        let (left, silent) = try SocketStream.pair()
        let context = try Sample.client()
        let error = await #expect(throws: StreamError.self) {
            _ = try await TLSStream.connect(
                over: left, context, peer: "agg:1", deadline: .after(.milliseconds(50)))
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.sentence.contains("agg:1 did not end the TLS handshake in time") == true)
        // The connection is closed: the other end reads the greeting and then the end.
        var greeting = 0
        while true {
            let bytes = try await silent.read(atMost: 10_000, deadline: soon)
            if bytes.isEmpty { break }
            greeting += bytes.count
        }
        #expect(greeting > 100)

        let (other, quiet) = try SocketStream.pair()
        let task = Task {
            _ = try await TLSStream.connect(over: other, context, peer: "agg:1", deadline: .never)
        }
        _ = try await quiet.read(atMost: 10_000, deadline: soon)
        task.cancel()
        guard case .failure(let cancelled) = await task.result else {
            Issue.record("cancelling ends the handshake")
            return
        }
        #expect((cancelled as? StreamError)?.kind == .cancelled)
    }

    @Test func `says what is wrong with the peer, and sends nothing`() async throws {
        let server = try Listener(SocketAddress("127.0.0.1:0"))
        let address = server.address
        let context = try Sample.server(Sample.stranger)
        let serving = Task {
            let stream = try await server.next(deadline: .never)
            return try await TLSStream.accept(over: stream, context, peer: "it", deadline: .never)
        }
        let connector = TLSConnector(SocketConnector(address), try Sample.client())
        let error = await #expect(throws: StreamError.self) {
            _ = try await connector.connect(deadline: soon)
        }
        #expect(error?.kind == .insecure)
        #expect(error?.sentence.contains("The certificate that \(address) shows is not signed by") == true)
        guard case .failure(let refused) = await serving.result else {
            Issue.record("the server learns that it was refused")
            return
        }
        #expect((refused as? StreamError)?.sentence.contains("does not accept our certificate") == true)

        // One that speaks first, in plain text, and one that goes away.
        let plain = Task {
            let stream = try await server.next(deadline: .never)
            try await stream.write(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), deadline: .never)
            _ = try await stream.read(atMost: 1, deadline: .never)
            let second = try await server.next(deadline: .never)
            _ = try await second.read(atMost: 1_000, deadline: .never)
            second.close()
        }
        let notTLS = await #expect(throws: StreamError.self) {
            _ = try await connector.connect(deadline: soon)
        }
        #expect(notTLS?.kind == .insecure)
        #expect(notTLS?.sentence.contains("does not speak TLS at this port") == true)
        let gone = await #expect(throws: StreamError.self) { _ = try await connector.connect(deadline: soon) }
        #expect(gone?.kind == .reset)
        _ = await plain.result
    }
}

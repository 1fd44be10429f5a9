import TLS
import Testing

/// A3: what goes between aggregator, agents and clients is encrypted.
@Suite struct `A TLS machine` {
    @Test func `carries bytes both ways after the handshake`() throws {
        let pair = try Pair()
        #expect(pair.client.version == nil)
        pair.pump()
        #expect(pair.isEstablished)
        #expect(pair.client.version == "TLSv1.3")
        try pair.client.send(Array("ping".utf8))
        try pair.server.send(Array("pong".utf8))
        pair.pump()
        #expect(pair.atServer == Array("ping".utf8))
        #expect(pair.atClient == Array("pong".utf8))
        #expect(pair.client.peerCertificate?.names.contains("node1.example") == true)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1_000]) func `joins what comes in pieces of any size`(size: Int) throws
    {
        let pair = try Pair()
        let message = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try pair.client.send(message)
        pair.pump(pieces: size)
        try pair.server.send(message)
        pair.pump(pieces: size)
        #expect(pair.atServer == message)
        #expect(pair.atClient == message)
    }

    /// Every place at which the first answer of a server, and a client's message, may be cut in two.
    @Test func `joins what was cut in two anywhere`() throws {
        let client = try Sample.client()
        let server = try Sample.server()
        var cut = 1
        while true {
            let pair = Pair(client, server)
            let hello = pair.client.takeOutput()
            pair.toServer(Array(hello[..<min(cut, hello.count)]))
            pair.toServer(Array(hello[min(cut, hello.count)...]))
            let flight = pair.server.takeOutput()
            try #require(!flight.isEmpty)
            guard cut < flight.count else { break }
            pair.toClient(Array(flight[..<cut]))
            try #require(!pair.client.isEstablished)
            pair.toClient(Array(flight[cut...]))
            pair.pump()
            try #require(pair.isEstablished, "cut at \(cut)")
            cut += 1
        }
        #expect(cut > 500)
        let pair = Pair(client, server)
        pair.pump()
        for cut in 1..<60 {
            try pair.client.send([UInt8](repeating: UInt8(cut), count: 40))
            let record = pair.client.takeOutput()
            pair.toServer(Array(record[..<min(cut, record.count)]))
            pair.toServer(Array(record[min(cut, record.count)...]))
            try #require(pair.atServer == [UInt8](repeating: UInt8(cut), count: 40))
            pair.atServer = []
        }
    }

    @Test func `keeps what is sent before the handshake, up to a limit`() throws {
        let pair = try Pair()
        try pair.client.send([UInt8](repeating: 1, count: TLSMachine.earlyLimit - 1))
        try pair.client.send([2])
        let error = #expect(throws: TLSError.self) { try pair.client.send([3]) }
        #expect(error?.sentence.contains("nothing was sent") == true)
        try pair.server.send(Array("welcome".utf8))
        pair.pump()
        #expect(pair.atServer.count == TLSMachine.earlyLimit)
        #expect(pair.atServer.last == 2)
        #expect(pair.atClient == Array("welcome".utf8))
    }

    @Test func `sends nothing more while nobody takes its output`() throws {
        let pair = try Pair()
        pair.pump()
        try pair.client.send([UInt8](repeating: 1, count: TLSMachine.outputLimit + 1))
        #expect(throws: TLSError.self) { try pair.client.send([1]) }
        pair.pump()
        #expect(pair.atServer.count == TLSMachine.outputLimit + 1)
        try pair.client.send([1])
    }

    @Test func `tells an end from a cut`() throws {
        let pair = try Pair()
        pair.pump()
        try pair.server.send(Array("last".utf8))
        pair.server.finish()
        #expect(throws: TLSError.self) { try pair.server.send([1]) }
        pair.pump()
        #expect(pair.atClient == Array("last".utf8))
        #expect(pair.client.peerHasFinished)
        #expect(pair.client.endOfInput())
        // The other half still works.
        try pair.client.send(Array("still here".utf8))
        pair.pump()
        #expect(pair.atServer == Array("still here".utf8))

        #expect(!pair.server.endOfInput())
        let error = #expect(throws: TLSError.self) { try pair.server.received([1], into: &pair.atServer) }
        #expect(error?.kind == .closedEarly)
    }

    @Test func `says that a handshake was cut`() throws {
        let pair = try Pair()
        let hello = pair.client.takeOutput()
        pair.toServer(Array(hello.dropLast()))
        #expect(!pair.server.endOfInput())
        #expect(!pair.client.endOfInput())
        #expect(pair.client.cutShort.kind == .closedEarly)
        #expect(pair.client.cutShort.sentence.contains("during the TLS handshake"))
    }

    @Test func `finds out that the other end speaks no TLS`() throws {
        for text in [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{0}\u{0}\u{0}\u{10}{\"type\":\"hello\"}", "SSH-2.0-x\r\n",
        ] {
            let pair = try Pair()
            pair.toClient(Array(text.utf8))
            #expect(pair.clientError?.kind == .notTLS)
            #expect(pair.clientError?.sentence.contains("Agg.example:4681 does not speak TLS") == true)
            pair.toServer(Array(text.utf8))
            #expect(pair.serverError?.kind == .notTLS)
            #expect(!pair.server.hasOutput)
        }
    }

    @Test func `gives the bytes of a connection back when it goes away`() throws {
        for _ in 0..<200 {
            let pair = try Pair()
            pair.toServer(pair.client.takeOutput())
        }
    }
}

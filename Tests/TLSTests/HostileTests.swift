import TLS
import TestSupport
import Testing

/// A machine under bytes that no honest peer sends: an error, never a trap, and nothing unproven gets
/// through.
@Suite struct `A hostile peer` {
    @Test(arguments: 0..<8 as Range<UInt64>) func `that sends anything is refused`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let client = try Sample.client()
        let server = try Sample.server()
        for _ in 0..<150 {
            let pair = Pair(client, server)
            var bytes = (0..<Int.random(in: 1...2_000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                // As a record of a handshake, of that length or of another.
                let length =
                    Bool.random(using: &random) ? bytes.count : Int.random(in: 0...65_535, using: &random)
                bytes = [0x16, 3, 3, UInt8(length >> 8 & 255), UInt8(length & 255)] + bytes
                if bytes.count > 6, Bool.random(using: &random) {
                    bytes[5] = [1, 2, 11, 20].randomElement(using: &random) ?? 1
                }
            }
            let pieces = Int.random(in: 1...3_000, using: &random)
            pair.toServer(bytes, pieces: pieces)
            pair.toClient(bytes, pieces: pieces)
            #expect(!pair.client.isEstablished && !pair.server.isEstablished)
            #expect(pair.atServer.isEmpty && pair.atClient.isEmpty)
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func `that changes a bit of a handshake gets nothing`(
        seed: UInt64
    ) throws {
        var random = SplitMix64(seed: 1_000 + seed)
        let client = try Sample.client()
        let server = try Sample.server()
        var failed = 0
        for _ in 0..<120 {
            let pair = Pair(client, server)
            let direction = Int.random(in: 0..<3, using: &random)
            for step in 0..<3 {
                var bytes = step == 1 ? pair.server.takeOutput() : pair.client.takeOutput()
                if step == direction, !bytes.isEmpty {
                    bytes[Int.random(in: bytes.indices, using: &random)] ^=
                        1 << UInt8.random(in: 0..<8, using: &random)
                }
                if step == 1 { pair.toClient(bytes) } else { pair.toServer(bytes) }
            }
            try? pair.client.send([1, 2, 3])
            try? pair.server.send([4, 5, 6])
            pair.pump()
            // The version in a record's header is not protected; any other bit must end the handshake.
            if pair.isEstablished {
                #expect(pair.atServer == [1, 2, 3] && pair.atClient == [4, 5, 6])
            } else {
                failed += 1
            }
        }
        #expect(failed > 90)
    }

    @Test func `that changes a bit of a message is found out`() throws {
        let client = try Sample.client()
        let server = try Sample.server()
        var index = 0
        while true {
            let pair = Pair(client, server)
            pair.pump()
            try pair.client.send(Array("secret".utf8))
            var record = pair.client.takeOutput()
            guard index < record.count else { break }
            record[index] ^= 0x10
            pair.toServer(record)
            pair.toServer([UInt8](repeating: 0, count: 20_000))
            #expect(pair.atServer.isEmpty)
            #expect(pair.serverError != nil, "byte \(index)")
            index += 1
        }
        #expect(index > 20)
    }

    @Test func `that repeats a message is found out`() throws {
        let pair = try Pair()
        pair.pump()
        try pair.client.send([1])
        let record = pair.client.takeOutput()
        pair.toServer(record)
        pair.toServer(record)
        #expect(pair.atServer == [1])
        #expect(pair.serverError?.kind == .other)
    }
}

import TestSupport
import Testing
import Wire

/// Requirement A5: frames come out of a stream whole, in order, and bounded.
@Suite struct `A frame decoder` {
    private static let bodies: [[UInt8]] = [
        Array(#"{"type":"goodbye","reason":"x"}"#.utf8), Array("{}".utf8), [0x7B],
        Array(repeating: 0x20, count: 300),
    ]
    private static let stream = bodies.flatMap { [UInt8].frame($0) }

    @Test func `joins frames wherever the stream was split in two`() throws {
        for cut in 0...Self.stream.count {
            var decoder = FrameDecoder()
            var bodies: [[UInt8]] = []
            for part in [Self.stream[..<cut], Self.stream[cut...]] {
                decoder.append(part)
                while let body = try decoder.next() { bodies.append(body) }
            }
            #expect(bodies == Self.bodies, "cut at \(cut)")
            #expect(decoder.waiting == 0)
        }
    }

    @Test func `joins frames from bytes that come one by one`() throws {
        var decoder = FrameDecoder()
        var bodies: [[UInt8]] = []
        for byte in Self.stream {
            decoder.append([byte])
            while let body = try decoder.next() { bodies.append(body) }
        }
        #expect(bodies == Self.bodies)
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func `joins frames from pieces of any size`(seed: UInt64) throws
    {
        var random = SplitMix64(seed: seed)
        let wanted = (0..<50).map { _ in
            (0..<Int.random(in: 1...2_000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
        }
        let stream = wanted.flatMap { [UInt8].frame($0) }
        var decoder = FrameDecoder()
        var bodies: [[UInt8]] = []
        var start = 0
        while start < stream.count {
            let end = min(stream.count, start + Int.random(in: 1...5_000, using: &random))
            decoder.append(stream[start..<end])
            while let body = try decoder.next() { bodies.append(body) }
            start = end
        }
        #expect(bodies == wanted)
    }

    @Test func `refuses a length over its limit before the body comes`() {
        var decoder = FrameDecoder()
        decoder.append([0x02, 0xFA, 0xF0, 0x80])
        #expect(throws: FrameError.tooLong(length: 50_000_000, limit: 65_536)) { try decoder.next() }
        #expect(decoder.waiting == 4)
    }

    @Test func `reads a length as unsigned`() {
        var decoder = FrameDecoder(limit: FrameDecoder.sessionLimit)
        decoder.append([0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: FrameError.tooLong(length: 4_294_967_295, limit: 16 << 20)) { try decoder.next() }
    }

    @Test(arguments: [FrameDecoder.greetingLimit, FrameDecoder.sessionLimit])
    func `takes a frame of exactly its limit and none that is one byte longer`(limit: Int) throws {
        var decoder = FrameDecoder(limit: limit)
        let body = [UInt8](repeating: 0x20, count: limit)
        decoder.append([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: limit >> $0) })
        decoder.append(body)
        #expect(try decoder.next() == body)
        let over = limit + 1
        decoder.append([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: over >> $0) })
        #expect(throws: FrameError.tooLong(length: over, limit: limit)) { try decoder.next() }
    }

    @Test func `refuses a length of zero`() {
        var decoder = FrameDecoder()
        decoder.append([0, 0, 0, 0, 0x7B])
        #expect(throws: FrameError.empty) { try decoder.next() }
    }

    @Test func `waits for the fourth byte of a length`() throws {
        var decoder = FrameDecoder()
        decoder.append([0xFF, 0xFF, 0xFF])
        #expect(try decoder.next() == nil)
    }

    @Test func `follows a limit that is raised between two frames`() throws {
        let long = [UInt8](repeating: 0x20, count: 70_000)
        var decoder = FrameDecoder()
        decoder.append([UInt8].frame([0x7B]) + [UInt8].frame(long))
        #expect(try decoder.next() == [0x7B])
        decoder.limit = FrameDecoder.sessionLimit
        #expect(try decoder.next() == long)
    }

    @Test func `writes the length in four bytes, the most significant first`() {
        #expect([UInt8].frame([0x7B, 0x7D]) == [0, 0, 0, 2, 0x7B, 0x7D])
        #expect([UInt8].frame([UInt8](repeating: 0, count: 0x12345)).prefix(4) == [0, 0x01, 0x23, 0x45])
    }
}

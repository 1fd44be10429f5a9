import Inventory
import Testing

/// Requirement B13: docker's stream of several streams.
@Suite struct `A log of several streams` {
    private let output = Array("hello\n".utf8)
    private let error = Array("oh\n".utf8)

    private var whole: [UInt8] {
        LogFrames.head(of: .output, count: 6) + output + LogFrames.head(of: .error, count: 3) + error
            + LogFrames.head(of: .output, count: 0) + LogFrames.head(of: .output, count: 6) + output
    }

    private func joined(_ pieces: [LogFrames.Piece], _ stream: LogFrames.Stream) -> [UInt8] {
        pieces.filter { $0.stream == stream }.flatMap(\.bytes)
    }

    @Test(arguments: 1...40) func `is read however it was cut, heads too`(size: Int) throws {
        var frames = LogFrames()
        var pieces: [LogFrames.Piece] = []
        for start in stride(from: 0, to: whole.count, by: size) {
            pieces += try frames.read(Array(whole[start..<min(start + size, whole.count)]))
        }
        #expect(joined(pieces, .output) == output + output)
        #expect(joined(pieces, .error) == error)
        #expect(frames.isBetween)
    }

    @Test func `ends well between pieces only`() throws {
        for length in 1..<whole.count where ![14, 25, 33].contains(length) {
            var frames = LogFrames()
            try frames.check(Array(whole.prefix(length)))
            #expect(!frames.isBetween, "\(length)")
        }
    }

    @Test(arguments: [[4, 0, 0, 0], [1, 1, 0, 0], [1, 0, 0, 9], [0x7B, 0x22, 0x6D, 0x65]] as [[UInt8]])
    func `is refused with nonsense for a head`(head: [UInt8]) {
        var frames = LogFrames()
        #expect(throws: LogFrames.Malformed(head: head)) { try frames.read(head + [0, 0, 0, 1, 7]) }
    }

    @Test func `keeps nothing of a piece that says it is four gigabytes`() throws {
        var frames = LogFrames()
        let pieces = try frames.read([2, 0, 0, 0, 255, 255, 255, 255, 65])
        #expect(pieces == [LogFrames.Piece(stream: .error, bytes: [65])])
    }

    @Test func `has heads as the Engine writes them`() {
        #expect(LogFrames.head(of: .error, count: 0x0102_0304) == [2, 0, 0, 0, 1, 2, 3, 4])
    }
}

import HTTP
import TestSupport
import Testing

/// A response as a parser saw it.
struct Parsed: Equatable {
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    var isComplete = false
    var isReusable = false

    /// Feeds pieces, then says that the peer has closed.
    init(
        _ pieces: [[UInt8]], to method: HTTPRequest.Method = .get, limits: HTTPLimits = HTTPLimits(),
        isStream: Bool = false
    ) throws(HTTPError) {
        var parser = ResponseParser(to: method, limits: limits, isStream: isStream)
        for piece in pieces {
            parser.feed(piece)
            while let event = try parser.next() { take(event) }
        }
        isReusable = parser.isCleanlyDone
        if let event = try parser.finish() { take(event) }
    }

    init(_ text: String, to method: HTTPRequest.Method = .get, limits: HTTPLimits = HTTPLimits())
        throws(HTTPError)
    {
        try self.init([Array(text.utf8)], to: method, limits: limits)
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    private mutating func take(_ event: ResponseParser.Event) {
        switch event {
        case .head(let head): self.head = head
        case .body(let bytes): body += bytes
        case .end: isComplete = true
        }
    }
}

@Suite struct `A response parser` {
    @Test func `reads a counted body`() throws {
        let parsed = try Parsed("HTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r\nX:  a b \t\r\n\r\nhello")
        #expect(parsed.head?.status == 200)
        #expect(parsed.head?.reason == "OK")
        #expect(parsed.head?.headers["Content-Length"] == "5")
        #expect(parsed.head?.headers["x"] == "a b")
        #expect(parsed.head?.keepsAlive == true)
        #expect(parsed.text == "hello")
        #expect(parsed.isComplete && parsed.isReusable)
    }

    @Test func `reads a chunked body with extensions and trailers`() throws {
        let parsed = try Parsed(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "5;a=b\r\nhello\r\n00C\r\n, wide world\r\n0\r\nTrailer: x\r\n\r\n")
        #expect(parsed.text == "hello, wide world")
        #expect(parsed.isComplete && parsed.isReusable)
        #expect(parsed.head?.headers["Trailer"] == nil)
    }

    @Test func `reads a body that ends with the connection`() throws {
        let parsed = try Parsed("HTTP/1.1 200 OK\r\n\r\nhello")
        #expect(parsed.text == "hello")
        #expect(parsed.isComplete && !parsed.isReusable)
        #expect(parsed.head?.keepsAlive == false)
    }

    @Test(arguments: [
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ])
    func `knows when there is no body`(method: String, text: String) throws {
        let parsed = try Parsed(text, to: HTTPRequest.Method(rawValue: method))
        #expect(parsed.isComplete && parsed.isReusable && parsed.body.isEmpty)
    }

    @Test func `skips interim responses`() throws {
        let interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        let parsed = try Parsed(
            "HTTP/1.1 100 Continue\r\n\r\n" + interim + "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")
        #expect(parsed.head?.status == 200)
        #expect(parsed.head?.headers["Link"] == nil)
        let error = #expect(throws: HTTPError.self) { try Parsed(String(repeating: interim, count: 9)) }
        #expect(error?.kind == .overLimit)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nConnection: closed\r\nContent-Length: 0\r\n\r\n", true),
    ])
    func `knows whether the connection stays`(text: String, stays: Bool) throws {
        #expect(try Parsed(text).head?.keepsAlive == stays)
    }

    @Test func `does not call a connection clean that has more to say`() throws {
        #expect(try !Parsed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200").isReusable)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\nContent-Len",
        "HTTP/1.1 200 OK\r\n", "",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "HTTP/1.1 100 Continue\r\n\r\n",
    ])
    func `says that a response is cut off`(text: String) throws {
        let error = #expect(throws: HTTPError.self) { try Parsed(text) }
        #expect(error?.kind == .truncated)
    }

    static let ok = "HTTP/1.1 200 OK\r\n"
    static let chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"

    @Test(arguments: [
        // Two ways to find the end
        ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
        ok + "Content-Length: 5, 5\r\n\r\n", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n",
        ok + "Transfer-Encoding: identity\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        // Lengths that cannot be
        ok + "Content-Length: -1\r\n\r\n", ok + "Content-Length: +1\r\n\r\n", ok + "Content-Length: \r\n\r\n",
        ok + "Content-Length: 0x5\r\n\r\n", ok + "Content-Length: 99999999999999999999\r\n\r\n",
        chunked + "-1\r\n", chunked + "\r\n", chunked + "g\r\n", chunked + "0x5\r\n",
        chunked + "5 \r\nhello\r\n",
        chunked + "ffffffffffffffff\r\n", chunked + "10000000000000000\r\n", chunked + "5\r\nhelloX\r\n",
        chunked + "5\r\nhello!!",
        chunked + "5;\u{0}\r\nhello\r\n",
        // Lines
        "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", ok + "A: b\n\r\n", ok + "A: b\rc\r\n\r\n",
        ok + "A: b\r\n\n",
        ok + "A: b\r\n folded\r\n\r\n", ok + "A: b\r\n\tfolded\r\n\r\n", ok + " A: b\r\n\r\n",
        chunked + "5\nhello\r\n",
        // Headers
        ok + "A\r\n\r\n", ok + ": b\r\n\r\n", ok + "A : b\r\n\r\n", ok + "A b: c\r\n\r\n",
        ok + "A: \u{0}\r\n\r\n",
        ok + "Ä: b\r\n\r\n", chunked + "0\r\nA\r\n\r\n",
        // Status lines
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 \u{7}\r\n\r\n", "HTTP/1.1 -20 OK\r\n\r\n",
    ])
    func `refuses what could be misread`(text: String) throws {
        let error = #expect(throws: HTTPError.self) { try Parsed(text) }
        #expect(error?.kind == .malformed, "\(text)")
    }

    @Test func `accepts up to each limit and refuses beyond it`() throws {
        let limits = HTTPLimits(statusLine: 20, headerBytes: 40, headerCount: 2, chunkLine: 6, body: 10)
        func kind(_ text: String) -> HTTPError.Kind? {
            do throws(HTTPError) {
                _ = try Parsed(text, limits: limits)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(kind("HTTP/1.1 200 12345\r\n\r\n") == nil)
        #expect(kind("HTTP/1.1 200 123456\r\n\r\n") == .overLimit)
        #expect(kind("HTTP/1.1 200 123456") == .overLimit)
        #expect(kind(Self.ok + "A: " + String(repeating: "x", count: 33) + "\r\n\r\n") == nil)
        #expect(kind(Self.ok + "A: " + String(repeating: "x", count: 34) + "\r\n\r\n") == .overLimit)
        #expect(kind(Self.ok + "A: 1\r\nB: 1\r\n\r\n") == nil)
        #expect(kind(Self.ok + "A: 1\r\nB: 1\r\nC: 1\r\n\r\n") == .overLimit)
        #expect(kind(Self.ok + "Content-Length: 10\r\n\r\n0123456789") == nil)
        #expect(kind(Self.ok + "Content-Length: 11\r\n\r\n") == .overLimit)
        #expect(kind(Self.ok + "\r\n0123456789") == nil)
        #expect(kind(Self.ok + "\r\n0123456789x") == .overLimit)
        #expect(kind(Self.chunked + "5\r\nhello\r\n5;ab\r\nhello\r\n0\r\n\r\n") == nil)
        #expect(kind(Self.chunked + "5\r\nhello\r\n6\r\n") == .overLimit)
        #expect(kind(Self.chunked + "5;abc\r\n") == .overLimit)
        #expect(kind(Self.chunked + "0\r\nA: 1\r\nB: 1\r\nC: 1\r\n\r\n") == .overLimit)
        #expect(kind(Self.chunked + "fffffffffffffff\r\n") == .overLimit)
    }

    @Test func `lets a stream's body go on for ever`() throws {
        let chunk = Array("5\r\nhello\r\n".utf8)
        let parsed = try Parsed(
            [Array(Self.chunked.utf8)] + Array(repeating: chunk, count: 100) + [Array("0\r\n\r\n".utf8)],
            limits: HTTPLimits(body: 10), isStream: true)
        #expect(parsed.body.count == 500)
        #expect(throws: HTTPError.self) {
            try Parsed([Array(Self.chunked.utf8), Array("fffffffffffffff\r\nx".utf8)], isStream: true)
        }
    }
}

@Suite struct `A response parser under chance` {
    static let samples = [
        "HTTP/1.1 200 OK\r\nContent-Length: 26\r\nX-Y: z\r\n\r\nabcdefghijklmnopqrstuvwxyz",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n3\r\nabc\r\n1a;x=\"y\"\r\nabcdefghijklmnopqrstuvwxyz\r\n"
            + "0\r\nT: u\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{\"message\":\"\r\n\"}",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n\r\n",
    ]

    @Test(arguments: samples) func `sees the same however the bytes were cut`(sample: String) throws {
        let bytes = Array(sample.utf8)
        let whole = try Parsed([bytes])
        #expect(whole.isComplete)
        for cut in 1..<bytes.count {
            #expect(try Parsed([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
        }
        #expect(try Parsed(bytes.map { [$0] }) == whole)
        var random = SplitMix64(seed: 1)
        for _ in 0..<200 { #expect(try Parsed(Self.cuts(bytes, &random)) == whole) }
    }

    @Test(arguments: samples) func `never traps, and answers alike, on any mutation`(sample: String) {
        var random = SplitMix64(seed: UInt64(sample.utf8.count))
        let limits = HTTPLimits(statusLine: 64, headerBytes: 128, headerCount: 4, chunkLine: 16, body: 64)
        for _ in 0..<3_000 {
            let bytes = Self.mutated(Array(sample.utf8), &random)
            let whole = Result { () throws(HTTPError) in try Parsed([bytes], limits: limits) }
            let pieces = Self.cuts(bytes, &random)
            let cut = Result { () throws(HTTPError) in try Parsed(pieces, limits: limits) }
            switch (whole, cut) {
            case (.success(let whole), .success(let cut)): #expect(whole == cut)
            case (.failure(let whole), .failure(let cut)): #expect(whole == cut)
            default: Issue.record("the outcome depends on the cuts: \(bytes)")
            }
        }
    }

    static func cuts(_ bytes: [UInt8], _ random: inout SplitMix64) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(rest.count, 20), using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    static func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        let lively = Array("\r\n 0f;:-\t\0\u{7f}HTTP".utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard !bytes.isEmpty else { break }
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[index] = lively[Int.random(in: 0..<lively.count, using: &random)]
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(lively[Int.random(in: 0..<lively.count, using: &random)], at: index)
            default: bytes.removeSubrange(index..<min(bytes.count, index + 8))
            }
        }
        return bytes
    }
}

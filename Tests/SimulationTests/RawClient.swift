import JSON
import OS

/// An HTTP client that hides nothing: it sends what it is told and keeps every byte of the answer.
struct RawClient {
    let stream: SocketStream

    init(_ path: String) async throws {
        stream = try await SocketConnector(.unix(path)).connectSocket(deadline: .after(.seconds(5)))
    }

    /// One request on a connection of its own; the answer as it came, to its very end.
    static func ask(_ path: String, _ request: String, body: String = "") async throws -> RawAnswer {
        let client = try await RawClient(path)
        try await client.send(request, body: body)
        return RawAnswer(try await client.readToEnd())
    }

    func send(_ request: String, body: String = "") async throws {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        let text = "\(request) HTTP/1.1\r\nHost: d\r\n\(length)Connection: close\r\n\r\n\(body)"
        try await stream.write(Array(text.utf8), deadline: .after(.seconds(5)))
    }

    func read() async throws -> [UInt8] {
        try await stream.read(atMost: 1 << 20, deadline: .after(.seconds(5)))
    }

    func readToEnd(atMost limit: Int = .max) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let more = try await read()
            guard !more.isEmpty else { break }
            bytes += more
        }
        return bytes
    }

    /// Reads on until the bytes so far hold that text.
    func read(until text: String) async throws -> String {
        var bytes: [UInt8] = []
        while !String(decoding: bytes, as: UTF8.self).contains(text) {
            let more = try await read()
            guard !more.isEmpty else { break }
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// An answer taken apart.
struct RawAnswer {
    let text: String
    let head: String
    let body: [UInt8]
    /// Whether a chunked body had its last chunk.
    let isWhole: Bool

    init(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
        let mark: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        let end = bytes.indices.first { bytes[$0...].starts(with: mark) } ?? bytes.endIndex
        head = String(decoding: bytes[..<end], as: UTF8.self)
        let rest = bytes.dropFirst(end + 4)
        guard head.contains("Transfer-Encoding: chunked") else {
            body = Array(rest)
            isWhole = true
            return
        }
        (body, isWhole) = Self.joined(rest)
    }

    var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }

    func json() throws -> JSONValue { try JSONValue(parsing: body) }

    var message: String { (try? json())?["message"]?.string ?? "" }

    /// The lines of an event stream.
    func lines() throws -> [JSONValue] {
        try body.split(separator: 0x0A).map { try JSONValue(parsing: Array($0)) }
    }

    private static func joined(_ chunked: ArraySlice<UInt8>) -> ([UInt8], Bool) {
        var rest = chunked
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 0x0D) {
            guard let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16) else { break }
            rest = rest[end...].dropFirst(2)
            if size == 0 { return (body, rest.elementsEqual([0x0D, 0x0A])) }
            guard rest.count >= size + 2 else { break }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return (body, false)
    }
}

import OS

/// What the client has sent and nobody has looked at yet.
struct RequestInput {
    private static let headerLimit = 64 << 10
    private static let bodyLimit = 128 << 20

    private let stream: SocketStream
    private var buffer: [UInt8] = []

    /// A request that is none, or too large.
    private struct Broken: Error {}

    init(_ stream: SocketStream) {
        self.stream = stream
    }

    /// The next request; nil when the client has no more.
    mutating func nextRequest() async throws -> EngineRequest? {
        guard let end = try await headerEnd() else { return nil }
        let head = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 4)
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let closes = headers["connection"]?.lowercased() == "close" || words[2] == "HTTP/1.0"
        guard
            var request = EngineRequest(
                method: String(words[0]), target: String(words[1]), closes: closes)
        else { return nil }
        if headers["transfer-encoding"]?.lowercased() == "chunked" {
            request.body = try await chunkedBody()
        } else if let length = headers["content-length"].flatMap({ Int($0) }), length > 0 {
            request.body = try await take(length)
        }
        return request
    }

    private mutating func headerEnd() async throws -> Int? {
        var searched = 0
        while true {
            let mark: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
            var index = searched
            while index + 4 <= buffer.count {
                if buffer[index] == 0x0D, buffer[index..<index + 4].elementsEqual(mark) { return index }
                index += 1
            }
            searched = max(0, buffer.count - 3)
            guard buffer.count < Self.headerLimit, try await fill() else { return nil }
        }
    }

    private mutating func chunkedBody() async throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = String(decoding: try await takeLine(), as: UTF8.self)
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else { throw Broken() }
            guard size > 0 else {
                while try await !takeLine().isEmpty {}
                return body
            }
            body += try await take(size)
            guard body.count <= Self.bodyLimit, try await takeLine().isEmpty else {
                throw Broken()
            }
        }
    }

    private mutating func takeLine() async throws -> [UInt8] {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = buffer[..<end].filter { $0 != 0x0D }
                buffer.removeFirst(end + 1)
                return line
            }
            guard buffer.count < 1_024, try await fill() else { throw Broken() }
        }
    }

    private mutating func take(_ count: Int) async throws -> [UInt8] {
        guard count <= Self.bodyLimit else { throw Broken() }
        while buffer.count < count { guard try await fill() else { throw Broken() } }
        let taken = Array(buffer[..<count])
        buffer.removeFirst(count)
        return taken
    }

    private mutating func fill() async throws -> Bool {
        let bytes = try await stream.read(atMost: 64 << 10, deadline: .never)
        buffer += bytes
        return !bytes.isEmpty
    }
}

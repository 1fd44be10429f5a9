import OS
import Synchronization

/// An HTTP server on a Unix socket that answers as a test says: one request per connection, in turn.
final class StubAggregator: Sendable {
    /// What is answered.
    struct Answer: Sendable {
        var status = 200
        var type = "application/json"
        var body = ""
        /// Whether the connection breaks in the middle of the body.
        var breaks = false
        /// Whether nothing is answered at all until the client goes away.
        var isSilent = false
    }

    let address: SocketAddress
    private let listener: Listener
    private let answer: @Sendable (String) -> Answer
    private let seen = Mutex<[String]>([])

    /// Listens on an abstract socket (unix(7)), which needs no folder.
    init(answer: @escaping @Sendable (String) -> Answer) throws {
        var random = SystemRandom()
        address = .unix("@bayplan-test-\(String(random.next(), radix: 36))")
        listener = try Listener(address)
        self.answer = answer
    }

    /// The request lines so far, such as `GET /api/v1/hosts`.
    var requests: [String] { seen.withLock { $0 } }

    /// Serves until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while let stream = try? await listener.next(deadline: .never) {
                group.addTask(name: "stub connection") { await self.serve(stream) }
            }
        }
    }

    private func serve(_ stream: SocketStream) async {
        defer { stream.close() }
        var head: [UInt8] = []
        while !head.contains(bytes: Array("\r\n\r\n".utf8)) {
            guard let more = try? await stream.read(atMost: 4096, deadline: .after(.seconds(5))),
                !more.isEmpty
            else {
                return
            }
            head += more
        }
        let line = String(decoding: head.prefix { $0 != 0x0D }, as: UTF8.self)
        let request = line.split(separator: " ").prefix(2).joined(separator: " ")
        seen.withLock { $0.append(request) }
        let answer = answer(request)
        if answer.isSilent {
            _ = try? await stream.read(atMost: 1, deadline: .after(.seconds(10)))
            return
        }
        let length = answer.body.utf8.count + (answer.breaks ? 10 : 0)
        let text = """
            HTTP/1.1 \(answer.status) Test\r\nContent-Type: \(answer.type)\r\nContent-Length: \(length)\r\n\
            Connection: close\r\n\r\n\(answer.body)
            """
        try? await stream.write(Array(text.utf8), deadline: .after(.seconds(5)))
    }
}

extension [UInt8] {
    fileprivate func contains(bytes: [UInt8]) -> Bool {
        guard count >= bytes.count else { return false }
        return (0...(count - bytes.count)).contains { self[$0..<$0 + bytes.count].elementsEqual(bytes) }
    }
}

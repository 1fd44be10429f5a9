import OS
import TLS
import TestSupport
import Wire

/// An aggregator that says exactly what a test tells it to say.
final class ScriptedAggregator: Sendable {
    private let listener: Listener
    private let certificate: TLSServerContext?

    init(at address: SocketAddress? = nil, certificate: TLSServerContext? = nil) throws {
        listener = try Listener(try address ?? SocketAddress("127.0.0.1:0"))
        self.certificate = certificate
    }

    var address: SocketAddress { listener.address }

    /// Waits for the agent's next connection and its `hello`.
    func next() async throws -> (peer: Peer, hello: Hello) {
        let peer = Peer(try await accept())
        let hello = try await peer.expect("hello") { if case .hello(let hello) = $0 { hello } else { nil } }
        return (peer, hello)
    }

    private func accept() async throws -> any ByteStream {
        let stream = try await listener.next(deadline: .after(.seconds(10)))
        guard let certificate else { return stream }
        return try await TLSStream.accept(
            over: stream, certificate, peer: "the agent", deadline: .after(.seconds(10)))
    }

    /// Waits for the agent's next connection, which fails to agree on TLS, and answers why.
    func refusedHandshake() async throws -> StreamError {
        do {
            _ = try await accept()
        } catch let error as StreamError {
            return error
        }
        throw Unexpected("the agent trusts this certificate")
    }

    /// Waits for the agent's next connection and welcomes it.
    func welcoming(_ opening: Opening, heartbeat: Int64 = 1_000) async throws -> (peer: Peer, hello: Hello) {
        let (peer, hello) = try await next()
        try await peer.send(
            .welcome(
                Welcome(
                    session: 1, heartbeat: heartbeat, windowFrames: 256, windowBytes: 8 << 20,
                    opening: opening)))
        return (peer, hello)
    }

    /// Waits for a connection that says hello and welcomes it; such as close without a word went before.
    func welcomingAfterLook(_ opening: Opening) async throws -> (peer: Peer, hello: Hello) {
        let look = Peer(try await accept())
        guard try await look.next() == nil else { throw Unexpected("a look says nothing") }
        return try await welcoming(opening)
    }

    /// One connection of the agent's.
    final class Peer {
        let stream: any ByteStream
        private var decoder = FrameDecoder(limit: FrameDecoder.sessionLimit)
        /// Every frame so far.
        private(set) var received: [Message] = []
        private let patience = Duration.seconds(10)

        init(_ stream: any ByteStream) {
            self.stream = stream
        }

        deinit {
            stream.close()
        }

        func send(_ message: Message) async throws {
            try await send(bytes: message.frame)
        }

        func send(bytes: [UInt8]) async throws {
            try await stream.write(bytes, deadline: .after(patience))
        }

        /// The next frame; nil when the agent has closed the connection.
        func next() async throws -> Message? {
            while true {
                if let body = try decoder.next() {
                    let message = try Message(parsing: body)
                    received.append(message)
                    return message
                }
                let bytes = try await stream.read(atMost: 65_536, deadline: .after(patience))
                guard !bytes.isEmpty else { return nil }
                decoder.append(bytes)
            }
        }

        /// Reads on until a frame is what is waited for.
        func expect<Found>(_ what: String, _ pick: (Message) -> Found?) async throws -> Found {
            while let message = try await next() {
                if let found = pick(message) { return found }
            }
            throw Unexpected("the agent closed the connection before \(what)")
        }

        /// Reads to the end; an end by reset counts too.
        func waitForEnd() async throws {
            do {
                while try await next() != nil {}
            } catch let error as StreamError where error.kind != .timedOut {}
        }
    }
}

/// Something came that was not waited for.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

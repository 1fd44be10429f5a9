import OS
import Synchronization
import TestSupport
import Wire

/// A relay between an agent and the aggregator that keeps what the agent said.
final class Tap: Sendable {
    private let listener: Listener
    /// Nil while there is nobody to connect to.
    private let target: Mutex<SocketAddress?>
    private let kept = Mutex<[Message]>([])
    private let connection = Mutex<SocketStream?>(nil)

    init(to target: SocketAddress?) throws {
        listener = try Listener(SocketAddress("127.0.0.1:0"))
        self.target = Mutex(target)
    }

    var address: SocketAddress { listener.address }

    /// The agent's frames so far.
    var received: [Message] { kept.withLock { $0 } }

    /// Connects to another aggregator from now on.
    func turn(to target: SocketAddress) {
        self.target.withLock { $0 = target }
        cut()
    }

    /// Breaks the connection that is open now, with whatever is under way.
    func cut() {
        connection.withLock { $0 }?.close()
    }

    /// Waits until so many frames of a kind have come.
    func wait(for count: Int, _ isOne: (Message) -> Bool) async throws {
        try await eventually("\(count) frames") { received.count { isOne($0) } >= count }
    }

    /// Relays one connection after the other, until cancelled.
    func run() async {
        while let agent = try? await listener.next(deadline: .never) {
            // Kept first: a cut must not miss the connection that is just being made.
            connection.withLock { $0 = agent }
            guard let target = target.withLock({ $0 }),
                let aggregator = try? await SocketConnector(target).connectSocket(
                    deadline: .after(.seconds(5)))
            else {
                agent.close()
                continue
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask(name: "to the aggregator") {
                    var decoder = FrameDecoder(limit: FrameDecoder.sessionLimit)
                    while let bytes = try? await agent.read(atMost: 65_536, deadline: .never), !bytes.isEmpty
                    {
                        decoder.append(bytes)
                        while let body = try? decoder.next(), let message = try? Message(parsing: body) {
                            self.kept.withLock { $0.append(message) }
                        }
                        try? await aggregator.write(bytes, deadline: .after(.seconds(5)))
                    }
                }
                group.addTask(name: "to the agent") {
                    while let bytes = try? await aggregator.read(atMost: 65_536, deadline: .never),
                        !bytes.isEmpty
                    {
                        try? await agent.write(bytes, deadline: .after(.seconds(5)))
                    }
                }
                await group.next()
                agent.close()
                aggregator.close()
            }
        }
    }
}

extension Tap {
    /// Relays while `body` runs.
    static func running(_ taps: [Tap], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for tap in taps { group.addTask(name: "tap") { await tap.run() } }
            defer { group.cancelAll() }
            try await body()
        }
    }
}

extension Message {
    var isHeartbeat: Bool { if case .heartbeat = self { true } else { false } }
}

import OS
import Synchronization

/// A host's way to its aggregator, which can be cut, or fall silent while the connection stays open.
final class FleetLink: Connector {
    /// What becomes of bytes.
    enum Condition: Hashable, Sendable {
        /// They get through.
        case whole
        /// Connections break and can't be made.
        case cut
        /// Nothing gets through and nothing breaks, as when a cable is pulled.
        case silent
    }

    private struct State {
        var condition = Condition.whole
        var stream: (any ByteStream)?
    }

    private let connector: any Connector
    private let state = Mutex(State())

    /// How often a silent link looks whether it was healed.
    private static let pause = Duration.milliseconds(50)

    init(_ connector: any Connector) {
        self.connector = connector
    }

    var condition: Condition { state.withLock { $0.condition } }

    /// Changes what becomes of bytes; cutting breaks the present connection.
    func become(_ condition: Condition) {
        let broken = state.withLock { state -> (any ByteStream)? in
            state.condition = condition
            return condition == .cut ? state.stream.take() : nil
        }
        broken?.close()
    }

    /// Breaks the present connection; another one may be made at once.
    func drop() {
        state.withLock { $0.stream.take() }?.close()
    }

    /// Connects, unless it is cut.
    func connect(deadline: Deadline) async throws(StreamError) -> any ByteStream {
        try await waitWhileSilent(deadline)
        guard condition != .cut else { throw Self.isCut }
        let stream = try await connector.connect(deadline: deadline)
        let isCut = state.withLock { state in
            if state.condition != .cut { state.stream = stream }
            return state.condition == .cut
        }
        guard !isCut else {
            stream.close()
            throw Self.isCut
        }
        return FleetStream(stream, on: self)
    }

    /// Returns once the link isn't silent.
    func waitWhileSilent(_ deadline: Deadline) async throws(StreamError) {
        while condition == .silent {
            guard !deadline.hasPassed() else {
                throw StreamError(.timedOut, "The simulated network let nothing through in time.")
            }
            do {
                try await BootClock().sleep(for: Self.pause)
            } catch {
                throw StreamError(.cancelled, "The wait for the simulated network was given up.")
            }
        }
    }

    private static let isCut = StreamError(.unreachable, "The simulated network is cut; nothing was sent.")
}

/// A connection over a link that may fall silent.
private final class FleetStream: ByteStream {
    private let stream: any ByteStream
    private let link: FleetLink

    init(_ stream: any ByteStream, on link: FleetLink) {
        self.stream = stream
        self.link = link
    }

    func read(atMost limit: Int, deadline: Deadline) async throws(StreamError) -> [UInt8] {
        let bytes = try await stream.read(atMost: limit, deadline: deadline)
        try await link.waitWhileSilent(deadline)
        return bytes
    }

    func write(_ bytes: [UInt8], deadline: Deadline) async throws(StreamError) {
        try await link.waitWhileSilent(deadline)
        try await stream.write(bytes, deadline: deadline)
    }

    func close() {
        stream.close()
    }
}

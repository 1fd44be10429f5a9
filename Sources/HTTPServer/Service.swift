import Glibc
import OS
import TLS

/// The service loop: one thread, every listener and every connection; made on that thread.
final class Service {
    let configuration: HTTPServerConfiguration
    let handler: any HTTPHandler
    let inbox: ServiceInbox
    let allowList: HostAllowList
    /// What was last read, shared by all connections.
    private(set) var scratch = [UInt8](repeating: 0, count: 65_536)
    var writer = AnswerWriter()
    private(set) var isStopping = false

    private let poller: Poller
    private let listeners: [Listener]
    private var connections: [UInt64: Connection] = [:]
    private var nextConnection: UInt64 = firstConnection
    private var stopAt: BootClock.Instant?
    /// When accepting begins again after it failed.
    private var acceptAgainAt: BootClock.Instant?
    private var refused = 0
    private var failedHandshakes = 0
    private var lastHandshakeFailure: TLSError?
    private let tick: Duration

    private static let inboxToken: UInt64 = 0
    /// Smaller tokens are the inbox and the listeners.
    private static let firstConnection: UInt64 = 1 << 16
    /// Connections that only the Unix socket may use, so that an operator gets in when TCP is full.
    private static let reserved = 16

    init(
        _ configuration: HTTPServerConfiguration, listeners: [Listener], inbox: ServiceInbox,
        handler: any HTTPHandler
    ) throws(Errno) {
        self.configuration = configuration
        self.listeners = listeners
        self.inbox = inbox
        self.handler = handler
        allowList = HostAllowList(names: configuration.allowedHosts, addresses: configuration.addresses)
        poller = try Poller()
        let times = configuration.timeouts
        let shortest = [times.head, times.body, times.idle, times.stall, times.linger].min() ?? .seconds(1)
        tick = min(max(shortest / 4, .milliseconds(10)), .seconds(1))
        for listener in listeners where listener.address.port != nil { Self.boundSendBuffer(listener.number) }
        try poller.add(inbox.number, .reading, token: Self.inboxToken)
        try listen()
    }

    /// Serves until it was asked to stop and the last connection has gone, or its time is over.
    func run() {
        var ready: [Poller.Ready] = []
        var nextCheck = BootClock.now.advanced(by: tick)
        while true {
            var now = BootClock.now
            if let stopAt, connections.isEmpty || now >= stopAt { break }
            do {
                try poller.wait(isIdle ? nil : tick, into: &ready)
            } catch {
                configuration.report(.pollFailed(error))
                break
            }
            now = BootClock.now
            for one in ready { serve(one, now) }
            if now >= nextCheck {
                check(now)
                nextCheck = now.advanced(by: tick)
            }
        }
        closeListeners()
        for connection in connections.values { connection.cut(.peerGone) }
        connections = [:]
    }

    /// Whether nothing is due before somebody connects.
    private var isIdle: Bool {
        connections.isEmpty && acceptAgainAt == nil && refused == 0 && lastHandshakeFailure == nil
    }

    /// Counts a handshake that failed, for the next notice.
    func noteHandshakeFailure(_ error: TLSError) {
        failedHandshakes += 1
        lastHandshakeFailure = error
    }

    /// Reads what a connection has into `scratch`.
    func read(_ descriptor: borrowing Descriptor) throws(Errno) -> Transfer {
        try Self.read(descriptor, into: &scratch)
    }

    private static func read(
        _ descriptor: borrowing Descriptor, into bytes: inout [UInt8]
    ) throws(Errno) -> Transfer {
        var span = bytes.mutableSpan
        return try descriptor.readSome(into: &span)
    }

    private func serve(_ ready: Poller.Ready, _ now: BootClock.Instant) {
        if ready.token == Self.inboxToken {
            let (exchanges, stopWithin) = inbox.take()
            for exchange in exchanges {
                guard let connection = connections[exchange.connection] else { continue }
                connection.advance(now)
                settle(connection)
            }
            if let stopWithin { stop(at: now.advanced(by: stopWithin), now) }
        } else if ready.token < Self.firstConnection {
            accept(listeners[Int(ready.token) - 1], now)
        } else if let connection = connections[ready.token] {
            connection.ready(ready.interest, now: now)
            settle(connection)
        }
    }

    /// Removes a connection that is over, or tells the poller what it waits for now.
    private func settle(_ connection: Connection) {
        let number = connection.number
        if connection.isOver {
            poller.remove(number)
            connections[connection.id] = nil
            return
        }
        let wanted = connection.wanted
        guard wanted != connection.interest else { return }
        connection.interest = wanted
        do {
            try poller.change(number, wanted, token: connection.id)
        } catch {
            connection.cut(.peerGone)
            connections[connection.id] = nil
        }
    }

    private func check(_ now: BootClock.Instant) {
        for connection in Array(connections.values) {
            connection.check(now)
            settle(connection)
        }
        if refused > 0 {
            configuration.report(.connectionsRefused(refused))
            refused = 0
        }
        if let failed = lastHandshakeFailure.take() {
            configuration.report(.handshakesFailed(failedHandshakes, last: failed))
            failedHandshakes = 0
        }
        if let again = acceptAgainAt, now >= again, !isStopping {
            do throws(Errno) {
                try listen()
                acceptAgainAt = nil
            } catch {
                pauseAccepting(error, now)
            }
        }
    }

    private func stop(at instant: BootClock.Instant, _ now: BootClock.Instant) {
        stopAt = min(instant, stopAt ?? instant)
        guard !isStopping else { return }
        isStopping = true
        closeListeners()
        for connection in Array(connections.values) {
            connection.stop(now)
            settle(connection)
        }
    }

    /// Keeps the system from buffering megabytes for a slow reader; accepted sockets inherit it (socket(7)).
    private static func boundSendBuffer(_ listener: Int32) {
        var bytes: Int32 = 262_144
        _ = unsafe setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    private func listen() throws(Errno) {
        for (index, listener) in listeners.enumerated() {
            try poller.add(listener.number, .reading, token: UInt64(index + 1))
        }
    }

    private func closeListeners() {
        for listener in listeners {
            poller.remove(listener.number)
            listener.close()
        }
    }

    private func accept(_ listener: Listener, _ now: BootClock.Instant) {
        // A few at a time, so that those who are connected have their turn.
        for _ in 0..<64 {
            do throws(Errno) {
                guard let accepted = try listener.accept() else { return }
                try admit(accepted, now)
            } catch {
                return pauseAccepting(error, now)
            }
        }
    }

    /// Without descriptors or memory whoever waits keeps waiting, and the others go on.
    private func pauseAccepting(_ reason: Errno, _ now: BootClock.Instant) {
        configuration.report(.acceptFailed(reason))
        acceptAgainAt = now.advanced(by: .milliseconds(100))
        for listener in listeners { poller.remove(listener.number) }
    }

    /// Makes room by dropping the connection that has been in its handshake for longest; false when none is.
    ///
    /// A true handshake takes one round trip, so many who begin one and leave it hardly keep others out.
    private func dropHalfOpen() -> Bool {
        let halfOpen = connections.values.filter { !$0.isSecured }
        guard let oldest = halfOpen.min(by: { $0.id < $1.id }) else { return false }
        oldest.cut(.peerGone)
        settle(oldest)
        refused += 1
        return true
    }

    private func admit(_ accepted: consuming Accepted, _ now: BootClock.Instant) throws(Errno) {
        let peer: HTTPServerRequest.Peer =
            if case .unix = accepted.peer { .unix } else { .address(accepted.peer) }
        let room = configuration.limits.connections + (peer == .unix ? Self.reserved : 0)
        let isPlain = peer == .unix || configuration.tls == nil
        guard connections.count < room || !isPlain && dropHalfOpen() else {
            refused += 1
            guard isPlain else { return }
            let text = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            _ = try? accepted.descriptor.writeSome(Array(text.utf8))
            return
        }
        let id = nextConnection
        nextConnection += 1
        let connection = Connection(id: id, accepted, peer: peer, service: self, now: now)
        try poller.add(connection.number, .reading, token: id)
        connections[id] = connection
    }
}

import Dispatch
import Log
import Metrics
import OS
import TLS
import Wire

/// Bytes in and out of the agents' connections, and how those end.
extension AgentDoor {
    /// Connections that are accepted before others on the queue get their turn.
    private static let acceptedAtOnce = 64
    /// Bytes that are read in one go.
    private static let readSize = 65_536

    func accept() {
        for _ in 0..<Self.acceptedAtOnce {
            do {
                guard let accepted = try listener.accept() else { return }
                guard connections.count < settings.maximumConnections || makePlace() else {
                    turnedAway += 1
                    counts.refused.add(Refusal.busy)
                    // Over TLS there is nothing that could be said before the handshake.
                    guard secure == nil else { continue }
                    let refusal = Refusal(
                        code: Refusal.busy,
                        message: "the aggregator has as many agents as --max-agents allows",
                        retry: true)
                    _ = try? accepted.descriptor.writeSome(Message.refused(refusal).frame)
                    continue
                }
                lastConnection += 1
                counts.connections.add()
                let number = lastConnection
                let peer = accepted.peer
                let connection = Connection(
                    number, accepted.descriptor, peer: peer, until: now + settings.timing.greeting,
                    queue: executor.queue, secure: secure)
                connection.reading.setEventHandler { [weak self] in
                    self?.assumeIsolated { $0.read(number) }
                }
                connections[number] = connection
                connection.reading.activate()
            } catch {
                // The connection still waits, and would call at once again (accept(2): EMFILE, ENFILE).
                log(.warning, "a connection could not be accepted", ["error": "\(error)"])
                return rest()
            }
        }
    }

    func connection(_ number: Int) -> Connection? { connections[number] }

    private func read(_ number: Int) {
        guard let connection = connections[number] else { return }
        do {
            // A few turns, so that one busy agent doesn't hold the others up.
            for _ in 0..<4 {
                var bytes: [UInt8] = []
                let transfer = try connection.socket.descriptor.readSome(
                    atMost: Self.readSize, appendingTo: &bytes)
                if transfer == .wouldBlock { break }
                guard transfer != .end else { return lost(connection, "the agent closed the connection") }
                if case .closing = connection.phase { continue }
                do {
                    try connection.received(bytes)
                } catch {
                    return insecure(connection, error, bytes)
                }
                write(connection)
                guard connections[number] != nil else { return }
                takeFrames(of: connection)
                guard connections[number] != nil else { return }
                if bytes.count < Self.readSize { break }
            }
            flush(connection)
            account(for: connection)
        } catch {
            lost(connection, "\(error)")
        }
    }

    /// What came is not what TLS allows: the connection ends, and nothing of it was used.
    private func insecure(_ connection: Connection, _ error: TLSError, _ bytes: [UInt8]) {
        guard case .greeting = connection.phase else { return lost(connection, error.sentence) }
        gatekeeper.complaints.note(from: "\(connection.peer)", error.sentence)
        counts.errors.add("tls")
        // The length of a frame before `welcome` begins with a zero, and nothing of TLS does.
        if error.kind == .notTLS, bytes.first == 0 {
            let refusal = Refusal(
                code: Refusal.unauthorized,
                message:
                    "this aggregator speaks TLS and asks for a token, and this agent speaks neither: give it "
                    + "--token-file with what `bayplan token create --host` printed, in place of --insecure",
                retry: false)
            connection.queueUnencrypted(Message.refused(refusal).frame)
        }
        closeGently(connection, error.sentence)
    }

    /// Gives up the connection that has kept the door waiting longest, where it has for a second.
    ///
    /// So peers that connect and say nothing don't lock agents out.
    private func makePlace() -> Bool {
        var oldest: (connection: Connection, until: Int64)?
        for connection in connections.values {
            guard case .greeting(let until) = connection.phase, until < (oldest?.until ?? .max) else {
                continue
            }
            oldest = (connection, until)
        }
        guard let oldest, oldest.until - settings.timing.greeting + Self.fairTime <= now else { return false }
        forget(oldest.connection)
        return true
    }

    /// Every newcomer is given so much time for its `hello`, in ms, however many wait behind it.
    private static let fairTime: Int64 = 1_000

    /// Gives up a handshake, if those under way take more than a quarter of the memory for agents.
    private func dropHandshake() -> Bool {
        let handshakes = connections.values.filter(\.isShakingHands)
        guard handshakes.count * Connection.handshakeSize > settings.memoryBudget / 4,
            let oldest = handshakes.min(by: { $0.number < $1.number })
        else { return false }
        forget(oldest)
        return true
    }

    /// Ends the sessions that began with tokens that have ended, and whoever is about to begin one.
    func tokensEnded(_ reasons: [String: String]) {
        for connection in Array(connections.values) {
            guard let reason = connection.token.flatMap({ reasons[$0] }) else { continue }
            end(connection, PeerError(code: PeerError.unauthorized, message: reason))
        }
    }

    /// Keeps count of what is kept for all connections, and cuts off who holds most when that is too much.
    private func account(for connection: Connection) {
        recount(connection)
        while buffered > settings.memoryBudget, dropHandshake() {}
        while buffered > settings.memoryBudget,
            let greediest = connections.values.max(by: { $0.counted < $1.counted }),
            greediest.counted > 0
        {
            if case .closing = greediest.phase {
                // It was told already, and doesn't read.
                forget(greediest)
                continue
            }
            let message = "the aggregator's memory for agents is used up, and this one takes most of it"
            end(greediest, PeerError(code: PeerError.tooLarge, message: message))
            recount(greediest)
        }
    }

    private func recount(_ connection: Connection) {
        guard connections[connection.number] != nil else { return }
        buffered += connection.held - connection.counted
        connection.counted = connection.held
    }

    private func takeFrames(of connection: Connection) {
        do {
            while let body = try connection.decoder.next() {
                let message = try Message(parsing: body)
                switch connection.phase {
                case .greeting: greet(message, on: connection)
                case .claiming:
                    return end(
                        connection,
                        PeerError(code: PeerError.unexpected, message: "\(message.type) before welcome"))
                case .speaking(let host): received(message, bytes: body.count, from: host, on: connection)
                case .closing: return
                }
            }
        } catch {
            end(connection, PeerError(code: PeerError.badFrame, message: "\(error)"))
        }
    }

    /// Sends what a session says; a peer that lets too much gather is cut off.
    func send(_ bytes: [UInt8], on connection: Connection) {
        guard connection.queue(bytes, limit: settings.outgoingLimit) else {
            log(.warning, "agent cut off: it reads too slowly", ["peer": "\(connection.peer)"])
            return lost(connection, "it reads too slowly")
        }
        write(connection)
    }

    func write(_ connection: Connection) {
        let number = connection.number
        do {
            try connection.write {
                let source = DispatchSource.makeWriteSource(
                    fileDescriptor: connection.socket.descriptor.number, queue: executor.queue)
                source.setEventHandler { [weak self] in
                    self?.assumeIsolated { door in
                        if let connection = door.connections[number] { door.write(connection) }
                    }
                }
                return source
            }
        } catch {
            return lost(connection, "\(error)")
        }
        if case .closing = connection.phase, connection.waiting == 0 { connection.finishWriting() }
    }

    /// Tells the agent why, and closes once that is written.
    func end(_ connection: Connection, _ error: PeerError) {
        if case .closing = connection.phase { return }
        counts.errors.add(error.code)
        if let box = connection.box {
            for action in box.session.end(error) {
                if case .send(let bytes) = action { queueLast(bytes, on: connection) }
            }
        } else {
            queueLast(Message.error(error).frame, on: connection)
        }
        closeGently(connection, "\(error.code): \(error.message)")
    }

    /// Puts the last frame behind what waits; it doesn't matter when there is no room for it.
    func queueLast(_ frame: [UInt8], on connection: Connection) {
        _ = connection.queue(frame, limit: settings.outgoingLimit)
    }

    /// Lets the last bytes out and the peer read them, then closes.
    func closeGently(_ connection: Connection, _ reason: String) {
        left(connection, reason)
        connection.beginClosing(until: now + Self.closingTime)
        write(connection)
    }

    /// The peer is gone, or must be.
    func lost(_ connection: Connection, _ reason: String) {
        if case .speaking = connection.phase { counts.errors.add("lost") }
        left(connection, reason)
        forget(connection)
    }

    func forget(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.number) != nil else { return }
        buffered -= connection.counted
        connection.close()
        noticeEmptiness()
    }
}

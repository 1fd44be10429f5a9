import Dispatch
import Log
import OS
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
                guard connections.count < settings.maximumConnections else {
                    turnedAway += 1
                    let refusal = Refusal(
                        code: Refusal.busy,
                        message: "the aggregator has as many agents as --max-agents allows",
                        retry: true)
                    _ = try? accepted.descriptor.writeSome(Message.refused(refusal).frame)
                    continue
                }
                lastConnection += 1
                let number = lastConnection
                let peer = accepted.peer
                let connection = Connection(
                    number, accepted.descriptor, peer: peer, until: now + settings.timing.greeting,
                    queue: executor.queue)
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
                connection.decoder.append(bytes)
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

    /// Keeps count of what is kept for all connections, and cuts off who holds most when that is too much.
    private func account(for connection: Connection) {
        recount(connection)
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

    private func write(_ connection: Connection) {
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

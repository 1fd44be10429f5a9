package import OS
import Synchronization

/// TLS over another stream, after the handshake.
///
/// One reader and one writer may be at work at the same time. A connection that is cut without a close_notify
/// is an error of kind `reset` for the reader, after the bytes that came before: a body without a length may
/// not be whole.
package final class TLSStream: ByteStream {
    private struct State: ~Copyable {
        var machine: TLSMachine
        /// What was decrypted and not read.
        var plaintext: [UInt8] = []
        var start = 0
        var isWriting = false
        var isClosed = false
        /// Why nothing more can be read.
        var readFailure: StreamError?
        /// Part of a record may have been sent and the rest not, so no other may follow.
        var isBroken = false
    }

    private let inner: any ByteStream
    private let peer: String
    private let state: Mutex<State>

    /// What is read from below at once.
    private static let readSize = 32_768
    /// What is encrypted at once.
    private static let writeSize = 65_536

    private init(_ inner: any ByteStream, _ machine: consuming sending TLSMachine, peer: String) {
        self.inner = inner
        self.peer = peer
        state = Mutex(State(machine: machine))
    }

    deinit {
        close()
    }

    /// Shakes hands as a client.
    ///
    /// - Parameters:
    ///   - inner: The connection; closed when the handshake fails.
    ///   - context: Whom to trust.
    ///   - peer: How the server is called in sentences.
    ///   - deadline: For the whole handshake.
    /// - Returns: The stream, ready for bytes.
    /// - Throws: `insecure` with the sentence that says why the server is not trusted; or what the connection
    ///   says.
    package static func connect(
        over inner: any ByteStream, _ context: TLSClientContext, peer: String, deadline: Deadline
    ) async throws(StreamError) -> TLSStream {
        let stream = TLSStream(inner, TLSMachine(client: context, peer: peer), peer: peer)
        try await stream.shakeHands(deadline)
        return stream
    }

    /// Shakes hands as a server.
    ///
    /// - Parameters:
    ///   - inner: The connection; closed when the handshake fails.
    ///   - context: The certificate to show.
    ///   - peer: How the client is called in sentences.
    ///   - deadline: For the whole handshake.
    /// - Returns: The stream, ready for bytes.
    /// - Throws: `insecure` with the sentence that says what went wrong; or what the connection says.
    package static func accept(
        over inner: any ByteStream, _ context: TLSServerContext, peer: String, deadline: Deadline
    ) async throws(StreamError) -> TLSStream {
        let stream = TLSStream(inner, TLSMachine(server: context, peer: peer), peer: peer)
        try await stream.shakeHands(deadline)
        return stream
    }

    /// The version in use, as `TLSv1.3`.
    package var version: String? { state.withLock { $0.machine.version } }

    /// What the server's certificate says; nil at the server's end.
    package var peerCertificate: CertificateFacts? { state.withLock { $0.machine.peerCertificate } }

    /// Waits for bytes; empty once the peer has said that it finished, or we have closed.
    package func read(atMost limit: Int, deadline: Deadline) async throws(StreamError) -> [UInt8] {
        precondition(limit > 0, "a read of nothing would look like the end")
        while true {
            if let bytes = try state.withLock({ state throws(StreamError) in try Self.take(limit, &state) }) {
                return bytes
            }
            let ciphertext = try await inner.read(atMost: Self.readSize, deadline: deadline)
            if let alert = state.withLock({ Self.received(ciphertext, &$0) }) {
                // A word why, as far as the system takes it at once.
                (inner as? SocketStream)?.writeLastWords(alert)
            }
        }
    }

    /// Encrypts the bytes and hands them to the stream below.
    ///
    /// After an error nothing more can be written: a part of a record may have been sent.
    package func write(_ bytes: [UInt8], deadline: Deadline) async throws(StreamError) {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Self.writeSize)
            let ciphertext = try encrypt(bytes, start..<end)
            do {
                try await inner.write(ciphertext, deadline: deadline)
            } catch {
                state.withLock { state in
                    state.isWriting = false
                    state.isBroken = true
                }
                throw error
            }
            state.withLock { $0.isWriting = false }
            start = end
        }
    }

    /// Ends the connection at once, with a close_notify if it can be sent without waiting.
    package func close() {
        let farewell = state.withLock { state -> [UInt8]? in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            guard !state.isWriting, !state.isBroken else { return [] }
            state.machine.finish()
            return state.machine.takeOutput()
        }
        guard let farewell else { return }
        if !farewell.isEmpty { (inner as? SocketStream)?.writeLastWords(farewell) }
        inner.close()
    }

    /// What was decrypted, at most so much; nil when more must be read first.
    private static func take(_ limit: Int, _ state: inout State) throws(StreamError) -> [UInt8]? {
        let rest = state.plaintext.count - state.start
        guard rest > 0 else {
            if state.isClosed || state.machine.peerHasFinished { return [] }
            if let failure = state.readFailure { throw failure }
            return nil
        }
        if state.start == 0, rest <= limit {
            defer { state.plaintext = [] }
            return state.plaintext
        }
        let end = state.start + min(rest, limit)
        defer {
            state.start = end
            if end == state.plaintext.count {
                state.plaintext = []
                state.start = 0
            }
        }
        return Array(state.plaintext[state.start..<end])
    }

    /// Decrypts what came, nothing being the end; an answer is an alert to send before all is over.
    private static func received(_ ciphertext: [UInt8], _ state: inout State) -> [UInt8]? {
        guard !state.isClosed else { return nil }
        guard !ciphertext.isEmpty else {
            if !state.machine.endOfInput() {
                state.readFailure = StreamError(.reset, state.machine.cutShort.sentence)
            }
            return nil
        }
        do throws(TLSError) {
            // Answers to what came, if there are any, go out with what is written next (RFC 8446, section
            // 4.6.3).
            try state.machine.received(ciphertext, into: &state.plaintext)
            return nil
        } catch {
            state.readFailure = StreamError(.insecure, error.sentence)
            guard !state.isWriting, !state.isBroken else { return nil }
            state.isBroken = true
            return state.machine.takeOutput()
        }
    }

    private func encrypt(_ bytes: [UInt8], _ range: Range<Int>) throws(StreamError) -> [UInt8] {
        try state.withLock { state throws(StreamError) in
            guard !state.isClosed, !state.isBroken else {
                throw StreamError(.closed, "The connection to \(peer) is closed; nothing was sent.")
            }
            do throws(TLSError) {
                try state.machine.send(bytes.span.extracting(range))
            } catch {
                throw StreamError(.insecure, error.sentence)
            }
            state.isWriting = true
            return state.machine.takeOutput()
        }
    }

    private func shakeHands(_ deadline: Deadline) async throws(StreamError) {
        do throws(StreamError) {
            while true {
                let (greeting, isDone) = state.withLock {
                    ($0.machine.takeOutput(), $0.machine.isEstablished)
                }
                if !greeting.isEmpty { try await inner.write(greeting, deadline: deadline) }
                if isDone { return }
                let ciphertext = try await inner.read(atMost: Self.readSize, deadline: deadline)
                try await handshake(ciphertext, deadline)
            }
        } catch {
            state.withLock { $0.isBroken = true }
            close()
            guard error.kind == .timedOut else { throw error }
            throw StreamError(
                .timedOut,
                """
                \(peer) did not end the TLS handshake in time; nothing was sent. Check that it speaks TLS at this \
                port, and that it is not overloaded.
                """)
        }
    }

    /// Takes a step of the handshake; when it fails, the peer is told why.
    private func handshake(_ ciphertext: [UInt8], _ deadline: Deadline) async throws(StreamError) {
        let (failure, alert) = state.withLock { state -> (TLSError?, [UInt8]) in
            guard !ciphertext.isEmpty else {
                _ = state.machine.endOfInput()
                return (state.machine.cutShort, [])
            }
            do throws(TLSError) {
                try state.machine.received(ciphertext, into: &state.plaintext)
                return (nil, [])
            } catch {
                return (error, state.machine.takeOutput())
            }
        }
        guard let failure else { return }
        if !alert.isEmpty { try? await inner.write(alert, deadline: min(deadline, .after(.seconds(1)))) }
        throw StreamError(failure.kind == .closedEarly ? .reset : .insecure, failure.sentence)
    }
}

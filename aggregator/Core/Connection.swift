import Dispatch
import Glibc
import Inventory
import OS
import TLS
import Wire

/// An agent's socket; kept until Dispatch has let go of its number.
final class Socket: Sendable {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }
}

/// One agent's connection: its bytes in both directions, bounded, and what they mean so far.
final class Connection {
    /// How far the connection has come.
    enum Phase {
        /// `hello` has not come; the instant in ms after which nobody waits for it any longer.
        case greeting(until: Int64)
        /// `hello` came, and the registry is being asked whether this agent may speak for the host.
        case claiming
        /// In a session that speaks for this host.
        case speaking(HostID)
        /// The last bytes go out, and what still comes is dropped until the peer has read them.
        case closing(until: Int64)
    }

    /// A noncopyable session in a place that a class can hold.
    final class Box {
        var session: AggregatorSession

        init(_ session: consuming AggregatorSession) {
            self.session = session
        }
    }

    /// A noncopyable machine in a place that a class can hold.
    private final class Secure {
        var machine: TLSMachine

        init(_ machine: consuming TLSMachine) {
            self.machine = machine
        }
    }

    let number: Int
    let peer: SocketAddress
    let socket: Socket
    let reading: any DispatchSourceRead
    private var writing: (any DispatchSourceWrite)?
    var phase: Phase
    var box: Box?
    var decoder = FrameDecoder()
    /// What of `held` the door has counted against its budget.
    var counted = 0
    /// The token that let the agent in; nil before `hello`, and where none are asked for.
    var token: String?
    /// Nil on a plain door, and before the first byte came: a peer that only connects costs no memory for TLS.
    private var secure: Secure?
    private let context: TLSServerContext?
    private var outgoing: [UInt8] = []
    private var written = 0

    init(
        _ number: Int, _ descriptor: consuming Descriptor, peer: SocketAddress, until: Int64,
        queue: DispatchQueue, secure context: TLSServerContext?
    ) {
        self.number = number
        self.peer = peer
        self.context = context
        socket = Socket(descriptor)
        reading = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor.number, queue: queue)
        reading.setCancelHandler { [socket] in withExtendedLifetime(socket) {} }
        phase = .greeting(until: until)
    }

    /// Bytes that wait to be written.
    var waiting: Int { outgoing.count - written }

    /// Bytes that are kept for this peer: frames and change sets that are not whole, and what it has not read.
    var held: Int {
        decoder.waiting + (box?.session.stagedBytes ?? 0) + waiting
            + (isShakingHands ? Self.handshakeSize : 0)
    }

    /// What OpenSSL keeps for a handshake, about, in bytes: the session, and buffers for a record each way.
    static let handshakeSize = 49_152

    /// A handshake has begun and isn't done.
    var isShakingHands: Bool { secure.map { !$0.machine.isEstablished } ?? false }

    /// Whether what is sent now can be read by the peer.
    var isReadable: Bool { context == nil || secure?.machine.isEstablished == true }

    /// Takes bytes from the socket, and decrypts them; what must be answered waits to be written.
    ///
    /// - Throws: Why the connection is not secure.
    func received(_ bytes: [UInt8]) throws(TLSError) {
        guard let context else {
            decoder.append(bytes)
            return
        }
        let secure = secure ?? Secure(TLSMachine(server: context, peer: "the agent at \(peer)"))
        self.secure = secure
        var plaintext: [UInt8] = []
        defer { outgoing += secure.machine.takeOutput() }
        try secure.machine.received(bytes, into: &plaintext)
        decoder.append(plaintext)
    }

    /// Puts bytes behind those that wait; false when more than `limit` would wait then.
    func queue(_ bytes: [UInt8], limit: Int) -> Bool {
        guard waiting + bytes.count <= limit else { return false }
        // To a peer that has not shaken hands nothing can be said.
        guard isReadable else { return true }
        // A peer that never reads all of it must not make the part grow that it has read.
        if written > 65_536, written > outgoing.count / 2 {
            outgoing.removeFirst(written)
            written = 0
        }
        guard let secure else {
            outgoing.append(contentsOf: bytes)
            return true
        }
        defer { outgoing += secure.machine.takeOutput() }
        do {
            try secure.machine.send(bytes)
            return true
        } catch {
            return false
        }
    }

    /// Puts bytes as they are behind those that wait: a word to a peer that speaks no TLS.
    func queueUnencrypted(_ bytes: [UInt8]) {
        outgoing += bytes
    }

    /// Writes what the socket takes; throws when the peer is gone.
    ///
    /// `resume` makes the source that calls back when the socket takes more.
    func write(resume: () -> any DispatchSourceWrite) throws(Errno) {
        while written < outgoing.count {
            switch try socket.descriptor.writeSome(outgoing, from: written) {
            case .count(let count): written += count
            case .wouldBlock, .end:
                if writing == nil {
                    writing = resume()
                    writing?.setCancelHandler { [socket] in withExtendedLifetime(socket) {} }
                    writing?.activate()
                }
                return
            }
        }
        outgoing.removeAll(keepingCapacity: outgoing.capacity <= 65_536)
        written = 0
        stopWriting()
    }

    /// Goes over to closing: nothing of the session is kept.
    func beginClosing(until: Int64) {
        phase = .closing(until: until)
        box = nil
        decoder = FrameDecoder()
        guard let secure else { return }
        secure.machine.finish()
        outgoing += secure.machine.takeOutput()
    }

    /// Lets the peer read the end after what was written (shutdown(2)).
    ///
    /// Closing instead, with bytes of the peer unread, would take from it what it has not read yet (tcp(7)).
    func finishWriting() {
        _ = shutdown(socket.descriptor.number, Int32(SHUT_WR))
    }

    private func stopWriting() {
        writing?.cancel()
        writing = nil
    }

    /// Lets go of the socket; it closes once Dispatch is done with it.
    func close() {
        stopWriting()
        reading.cancel()
    }
}

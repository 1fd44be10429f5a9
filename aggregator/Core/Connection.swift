import Dispatch
import Glibc
import Inventory
import OS
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
    private var outgoing: [UInt8] = []
    private var written = 0

    init(
        _ number: Int, _ descriptor: consuming Descriptor, peer: SocketAddress, until: Int64,
        queue: DispatchQueue
    ) {
        self.number = number
        self.peer = peer
        socket = Socket(descriptor)
        reading = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor.number, queue: queue)
        reading.setCancelHandler { [socket] in withExtendedLifetime(socket) {} }
        phase = .greeting(until: until)
    }

    /// Bytes that wait to be written.
    var waiting: Int { outgoing.count - written }

    /// Bytes that are kept for this peer: frames and change sets that are not whole, and what it has not read.
    var held: Int { decoder.waiting + (box?.session.stagedBytes ?? 0) + waiting }

    /// Puts bytes behind those that wait; false when more than `limit` would wait then.
    func queue(_ bytes: [UInt8], limit: Int) -> Bool {
        guard waiting + bytes.count <= limit else { return false }
        // A peer that never reads all of it must not make the part grow that it has read.
        if written > 65_536, written > outgoing.count / 2 {
            outgoing.removeFirst(written)
            written = 0
        }
        outgoing.append(contentsOf: bytes)
        return true
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

internal import CSystem
internal import Glibc
internal import Synchronization

/// A connected stream socket, TCP or Unix.
package final class SocketStream: ByteStream {
    /// Our end, as the system names it.
    package let localAddress: SocketAddress
    /// The other end; for an accepted Unix connection usually an unnamed `unix://`.
    package let peerAddress: SocketAddress

    private let socket: Mutex<SharedDescriptor?>
    private let readable: Readiness
    private let writable: Readiness

    /// Takes over a connected socket and makes it nonblocking.
    ///
    /// - Throws: What the system says when the descriptor is not a connected socket.
    package convenience init(adopting descriptor: consuming Descriptor) throws(Errno) {
        try descriptor.setNonblocking(true)
        let number = descriptor.number
        let (_, peer) = try unsafe RawAddress.filled { (address, length) throws(Errno) in
            try retrying { unsafe getpeername(number, address, length) }
        }
        let fallback = SocketAddress.unix("")
        self.init(SharedDescriptor(descriptor), peer: peer.address ?? fallback)
    }

    init(_ descriptor: SharedDescriptor, peer: SocketAddress, writable: Readiness? = nil) {
        socket = Mutex(descriptor)
        readable = Readiness(descriptor, .reading)
        self.writable = writable ?? Readiness(descriptor, .writing)
        peerAddress = peer
        localAddress = descriptor.localAddress ?? .unix("")
    }

    deinit {
        close()
    }

    /// Two sockets connected to each other, for tests and for talking within the process (socketpair(2)).
    package static func pair() throws(Errno) -> (SocketStream, SocketStream) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno.current }
        let left = Descriptor(adopting: ends[0])
        let right = Descriptor(adopting: ends[1])
        return (try SocketStream(adopting: left), try SocketStream(adopting: right))
    }

    /// Waits for bytes; empty once the peer has finished or we have closed.
    package func read(atMost limit: Int, deadline: Deadline) async throws(StreamError) -> [UInt8] {
        precondition(limit > 0, "a read of nothing would look like the end")
        var bytes: [UInt8] = []
        while true {
            guard let socket = socket.withLock({ $0 }) else { return [] }
            guard !Task.isCancelled else { throw .cancelled("The read from \(peerAddress)") }
            do {
                switch try socket.descriptor.readSome(atMost: limit, appendingTo: &bytes) {
                case .count: return bytes
                case .end: return []
                case .wouldBlock: break
                }
            } catch {
                throw .transferring(error, peer: "\(peerAddress)")
            }
            switch await readable.wait(until: deadline) {
            case .ready: continue
            case .closed: return []
            case .cancelled: throw .cancelled("The read from \(peerAddress)")
            case .timedOut: throw StreamError(.timedOut, "\(peerAddress) sent nothing in time.")
            }
        }
    }

    /// Hands all bytes to the system, waiting while the peer is slow.
    package func write(_ bytes: [UInt8], deadline: Deadline) async throws(StreamError) {
        var sent = 0
        while sent < bytes.count {
            guard let socket = socket.withLock({ $0 }) else { throw .closed("\(peerAddress)") }
            guard !Task.isCancelled else { throw .cancelled("The write to \(peerAddress)") }
            do {
                switch try socket.descriptor.writeSome(bytes, from: sent) {
                case .count(let count):
                    sent += count
                    continue
                case .end, .wouldBlock: break
                }
            } catch {
                throw .transferring(error, peer: "\(peerAddress)")
            }
            switch await writable.wait(until: deadline) {
            case .ready: continue
            case .closed: throw .closed("\(peerAddress)")
            case .cancelled: throw .cancelled("The write to \(peerAddress)")
            case .timedOut:
                throw StreamError(
                    .timedOut,
                    "\(peerAddress) took only \(sent) of \(bytes.count) bytes in time; it may be stuck.")
            }
        }
    }

    /// Says that nothing more will be written; the peer reads the end, we may still read (shutdown(2)).
    package func finishWriting() {
        guard let socket = socket.withLock({ $0 }) else { return }
        _ = shutdown(socket.number, Int32(SHUT_WR))
    }

    /// Hands over what the system takes at once and drops the rest: last words before `close`.
    ///
    /// Not while a `write` is under way, whose bytes it would come between.
    package func writeLastWords(_ bytes: [UInt8]) {
        guard let socket = socket.withLock({ $0 }) else { return }
        _ = try? socket.descriptor.writeSome(bytes)
    }

    /// Ends the connection at once and lets pending calls end.
    package func close() {
        guard let socket = socket.withLock({ $0.take() }) else { return }
        _ = shutdown(socket.number, Int32(SHUT_RDWR))
        readable.close()
        writable.close()
    }
}

extension SharedDescriptor {
    /// Where the socket is bound (getsockname(2)).
    var localAddress: SocketAddress? {
        let number = number
        guard
            let (_, raw) = try? unsafe RawAddress.filled({ (address, length) throws(Errno) in
                try retrying { unsafe getsockname(number, address, length) }
            })
        else { return nil }
        return raw.address
    }

    func tuneForMessages() {
        descriptor.tuneForMessages()
    }

    func setOption(_ level: Int32, _ option: Int32, _ value: Int32) {
        descriptor.setOption(level, option, value)
    }
}

extension Descriptor {
    /// Sends small messages at once and notices a dead peer within two minutes (tcp(7)); nothing for Unix.
    package borrowing func tuneForMessages() {
        let tcp = Int32(IPPROTO_TCP)
        setOption(tcp, TCP_NODELAY, 1)
        setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
        setOption(tcp, TCP_KEEPIDLE, 60)
        setOption(tcp, TCP_KEEPINTVL, 15)
        setOption(tcp, TCP_KEEPCNT, 4)
    }

    borrowing func setOption(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

internal import CSystem
internal import Glibc

/// A socket that accepts connections, TCP or Unix; closed, and its socket file removed, when it goes away.
///
/// For a Dispatch read source on `number`: call `accept` until it answers nil, and keep the listener alive until
/// the source's cancel handler has run. Or await `next`.
package final class Listener: Sendable {
    /// Where it listens, with the port the system chose when 0 was asked for.
    package let address: SocketAddress

    private let socket: SharedDescriptor
    private let readable: Readiness
    private let file: SocketFile?

    /// Binds and listens.
    ///
    /// - Parameters:
    ///   - address: Where; a name is refused, because it may mean several places.
    ///   - backlog: How many connections may wait to be accepted (listen(2)).
    ///   - mode: The permissions of a socket file.
    /// - Throws: A sentence that says what to do. A socket file on which nobody accepts any more is replaced.
    package init(_ address: SocketAddress, backlog: Int32 = 512, mode: UInt16 = 0o660) throws(ListenError) {
        switch address {
        case .ip(let ip, let port):
            socket = try Self.bound(RawAddress(ip, port: port), address)
            file = nil
        case .every(let port):
            socket = try Self.boundToEvery(port)
            file = nil
        case .host:
            throw ListenError(
                .notAvailable, "Cannot listen on \(address): a name may mean several places. Use an address.")
        case .unix(let path):
            try SocketFile.clearStale(path)
            socket = try Self.bound(RawAddress(unix: path), address)
            file = try SocketFile(path, mode: mode)
        }
        let number = socket.number
        guard listen(number, backlog) == 0 else { throw ListenError.explained(.current, address) }
        switch address {
        case .unix: self.address = address
        case .every: self.address = .every(port: socket.localAddress?.port ?? 0)
        case .ip, .host: self.address = socket.localAddress ?? address
        }
        readable = Readiness(socket, .reading)
    }

    deinit {
        close()
    }

    /// The descriptor's number, to lend to a Dispatch source or a C library; never close it yourself.
    package var number: Int32 { socket.number }

    /// Takes the next connection that waits, nonblocking and tuned for messages, or answers nil.
    ///
    /// - Throws: `.tooManyFiles` and the like: the connection still waits, so pause before asking again.
    package func accept() throws(Errno) -> Accepted? {
        let number = number
        while true {
            do {
                let (fresh, peer) = try unsafe RawAddress.filled { (address, length) throws(Errno) in
                    try retrying { unsafe bayplan_accept(number, address, length) }
                }
                let descriptor = Descriptor(adopting: fresh)
                if file == nil { descriptor.tuneForMessages() }
                return Accepted(descriptor: descriptor, peer: peer.address ?? .unix(""))
            } catch .wouldBlock {
                return nil
            } catch .connectionAborted {
                continue
            }
        }
    }

    /// Waits for the next connection.
    ///
    /// - Throws: `.timedOut`, `.cancelled`, `.closed`, or what accept(2) reported.
    package func next(deadline: Deadline) async throws(StreamError) -> SocketStream {
        while true {
            do {
                if let accepted = try accept() { return accepted.intoStream() }
            } catch {
                throw StreamError(.other(error), "No connection could be accepted on \(address): \(error).")
            }
            switch await readable.wait(until: deadline) {
            case .ready: continue
            case .timedOut: throw StreamError(.timedOut, "Nobody connected to \(address) in time.")
            case .cancelled: throw .cancelled("Listening on \(address)")
            case .closed: throw StreamError(.closed, "The listener on \(address) is closed.")
            }
        }
    }

    /// Ends a pending `next` and all later ones, and removes the socket file; the number stays valid until deinit.
    package func close() {
        readable.close()
        _ = shutdown(number, Int32(SHUT_RDWR))
        file?.remove()
    }

    private static func boundToEvery(_ port: UInt16) throws(ListenError) -> SharedDescriptor {
        let shown = SocketAddress.every(port: port)
        do {
            return try bound(RawAddress(.everySix, port: port), shown)
        } catch  where error.kind == .notAvailable {
            // A machine without IPv6.
            return try bound(RawAddress(.everyFour, port: port), shown)
        }
    }

    private static func bound(
        _ place: RawAddress, _ shown: SocketAddress
    ) throws(ListenError) -> SharedDescriptor {
        let socket: SharedDescriptor
        do {
            socket = SharedDescriptor(try Descriptor.streamSocket(family: place.family))
        } catch {
            throw ListenError.explained(error, shown)
        }
        if place.family != AF_UNIX { socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1) }
        if place.family == AF_INET6 {
            let isEvery = place == RawAddress(.everySix, port: shown.port ?? 0)
            socket.setOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY, isEvery ? 0 : 1)
        }
        let failure = unsafe place.withPointer { address, length -> Errno? in
            unsafe bind(socket.number, address, length) == 0 ? nil : Errno.current
        }
        if let failure { throw ListenError.explained(failure, shown) }
        return socket
    }
}

/// A connection as the listener hands it over.
@frozen
package struct Accepted: ~Copyable, Sendable {
    /// The connection: nonblocking, closed on exec.
    package var descriptor: Descriptor
    /// Who connected; for a Unix socket usually unnamed.
    package let peer: SocketAddress

    /// Makes a stream of it.
    package consuming func intoStream() -> SocketStream {
        let peer = peer
        return SocketStream(SharedDescriptor(descriptor), peer: peer)
    }
}

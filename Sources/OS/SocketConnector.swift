internal import Glibc

/// Connects to a TCP address or a Unix socket file.
package struct SocketConnector: Connector {
    /// Where it connects to.
    package let address: SocketAddress

    /// Remembers the address; nothing is looked up or connected yet.
    package init(_ address: SocketAddress) {
        self.address = address
    }

    /// Connects, or says precisely why it could not.
    package func connect(deadline: Deadline) async throws(StreamError) -> any ByteStream {
        try await connectSocket(deadline: deadline)
    }

    /// Connects, trying each address that a name has in order, and shows the socket's own addresses.
    package func connectSocket(deadline: Deadline) async throws(StreamError) -> SocketStream {
        let places = try await Resolver.resolve(address, deadline: deadline)
        var failure = StreamError(.unknownHost, "\(address) has no address to connect to; nothing was sent.")
        for (index, place) in places.enumerated() {
            // A dead first address must not use up the time of the others.
            let share = deadline.remaining().map { Deadline.after($0 / (places.count - index)) } ?? .never
            do {
                return try await attempt(place, deadline: share)
            } catch {
                failure = error
                if error.kind == .cancelled { throw error }
            }
        }
        throw failure
    }

    private func attempt(_ place: RawAddress, deadline: Deadline) async throws(StreamError) -> SocketStream {
        let socket: SharedDescriptor
        do {
            socket = SharedDescriptor(try Descriptor.streamSocket(family: place.family))
        } catch {
            throw explained(error)
        }
        if place.family != AF_UNIX { socket.tuneForMessages() }
        let writable = Readiness(socket, .writing)
        var pause = Duration.milliseconds(2)
        while true {
            let reason = unsafe place.withPointer { address, length -> Errno? in
                unsafe Glibc.connect(socket.number, address, length) == 0 ? nil : Errno.current
            }
            switch reason {
            case nil:
                return SocketStream(socket, peer: place.address ?? address, writable: writable)
            case .wouldBlock? where place.family == AF_UNIX:
                // The listener's queue is full, and there is nothing to wait on (connect(2)).
                guard !deadline.hasPassed() else { throw tooLate }
                try await sleep(min(pause, deadline.remaining() ?? pause))
                pause = min(pause * 2, .milliseconds(100))
            case .inProgress?, .interrupted?:
                try await finish(socket, writable, deadline)
                return SocketStream(socket, peer: place.address ?? address, writable: writable)
            case .some(let reason):
                throw explained(reason)
            }
        }
    }

    /// Waits for a connection under way and reads how it ended.
    private func finish(
        _ socket: SharedDescriptor, _ writable: Readiness, _ deadline: Deadline
    ) async throws(StreamError) {
        switch await writable.wait(until: deadline) {
        case .ready: break
        case .timedOut: throw tooLate
        case .cancelled, .closed: throw .cancelled("Connecting to \(address)")
        }
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &number, &length) == 0 else {
            throw explained(Errno.current)
        }
        guard number == 0 else { throw explained(Errno(rawValue: number)) }
    }

    private func sleep(_ duration: Duration) async throws(StreamError) {
        do {
            try await BootClock().sleep(for: duration)
        } catch {
            throw .cancelled("Connecting to \(address)")
        }
    }

    private var tooLate: StreamError {
        StreamError(
            .timedOut,
            "\(address) did not answer in time; nothing was sent. Check that it runs and that no firewall drops it."
        )
    }

    private func explained(_ reason: Errno) -> StreamError {
        switch (reason, address) {
        case (.noSuchFile, .unix(let path)), (.notADirectory, .unix(let path)):
            StreamError(
                .missing,
                "There is no socket at \(path); nothing was sent. Start what serves it, or correct the path.")
        case (.accessDenied, .unix(let path)), (.notPermitted, .unix(let path)):
            StreamError(
                .notPermitted,
                """
                This user may not open \(path); nothing was sent. Run as a user or in the group that \
                `ls -l \(path)` shows.
                """)
        case (.connectionRefused, .unix(let path)):
            StreamError(
                .refused,
                "Nobody listens on \(path) any more; nothing was sent. Start what serves it, or correct the path."
            )
        case (.connectionRefused, _):
            StreamError(
                .refused,
                "Nobody listens on \(address); nothing was sent. Start what serves it, or correct the address."
            )
        case (.accessDenied, _), (.notPermitted, _):
            StreamError(
                .notPermitted, "The system forbids a connection to \(address); check the firewall's rules.")
        case (.hostUnreachable, _), (.networkUnreachable, _), (.addressNotAvailable, _):
            StreamError(
                .unreachable,
                "The network has no way to \(address); nothing was sent. Check the address and the routes.")
        case (.timedOut, _):
            tooLate
        default:
            StreamError(.other(reason), "\(address) could not be connected to: \(reason). Nothing was sent.")
        }
    }
}

extension Descriptor {
    /// A nonblocking stream socket that is closed on exec (socket(2)).
    static func streamSocket(family: Int32) throws(Errno) -> Descriptor {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        return Descriptor(adopting: try retrying { socket(family, Int32(kind), 0) })
    }
}

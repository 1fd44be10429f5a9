internal import Dispatch
internal import Glibc
internal import Synchronization

/// Turns addresses into what the system connects to; names by getaddrinfo(3) on threads of its own.
///
/// getaddrinfo cannot be interrupted, so a look-up that takes too long is left behind; at most
/// `limit` of them exist at a time.
enum Resolver {
    private static let limit = 8
    private static let queue = DispatchQueue(label: "bayplan.resolver", attributes: .concurrent)
    private static let running = Mutex(0)

    private enum Answer: Sendable {
        case addresses([RawAddress])
        case failed(StreamError)
    }

    /// All places the address may mean, in the order in which to try them.
    static func resolve(_ address: SocketAddress, deadline: Deadline) async throws(StreamError)
        -> [RawAddress]
    {
        switch address {
        case .ip(let ip, let port):
            return [RawAddress(ip, port: port)]
        case .every(let port):
            let loopbacks = [IPAddress("127.0.0.1"), IPAddress("::1")]
            return loopbacks.compactMap { $0.map { RawAddress($0, port: port) } }
        case .unix(let path):
            return [RawAddress(unix: path)]
        case .host(let name, let port):
            return try await lookUp(name, port, deadline)
        }
    }

    private static func lookUp(
        _ name: String, _ port: UInt16, _ deadline: Deadline
    ) async throws(StreamError) -> [RawAddress] {
        let mayStart = running.withLock { running in
            guard running < limit else { return false }
            running += 1
            return true
        }
        guard mayStart else {
            throw StreamError(
                .timedOut,
                "\(name) was not looked up: \(limit) other look-ups still wait. Check this machine's name servers."
            )
        }
        let reply = Reply<Answer>()
        queue.async {
            let answer = blockingLookUp(name, port)
            running.withLock { $0 -= 1 }
            reply.send(answer)
        }
        switch await reply.wait(until: deadline) {
        case .value(.addresses(let addresses)): return addresses
        case .value(.failed(let error)): throw error
        case .cancelled: throw .cancelled("The look-up of \(name)")
        case .timedOut:
            throw StreamError(
                .timedOut,
                "\(name) could not be looked up in time; nothing was sent. Check this machine's name servers."
            )
        }
    }

    private static func blockingLookUp(_ name: String, _ port: UInt16) -> Answer {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(name, "\(port)", &hints, &list)
        guard status == 0 else { return .failed(failure(name, status)) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [RawAddress] = []
        var next = unsafe list
        while let entry = unsafe next, addresses.count < 16 {
            if let address = unsafe entry.pointee.ai_addr {
                let bytes = unsafe UnsafeRawBufferPointer(
                    start: address, count: Int(entry.pointee.ai_addrlen))
                let place = unsafe RawAddress(bytes: Array(bytes))
                if !addresses.contains(place) { addresses.append(place) }
            }
            unsafe next = entry.pointee.ai_next
        }
        return .addresses(addresses)
    }

    private static func failure(_ name: String, _ status: Int32) -> StreamError {
        switch status {
        case EAI_NONAME, -5:  // -5 is EAI_NODATA, which needs _GNU_SOURCE.
            return StreamError(
                .unknownHost,
                "No host is called \(name); nothing was sent. Check the spelling and /etc/hosts.")
        case EAI_AGAIN:
            return StreamError(
                .timedOut,
                "The name servers gave no answer about \(name); nothing was sent. Try again, or use its number."
            )
        default:
            let reason = unsafe gai_strerror(status).map { unsafe String(cString: $0) } ?? "error \(status)"
            return StreamError(.unknownHost, "\(name) could not be looked up: \(reason). Nothing was sent.")
        }
    }
}

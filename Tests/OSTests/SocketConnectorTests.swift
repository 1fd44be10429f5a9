import Glibc
import OS
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A connector` {
    static func failure(_ address: SocketAddress, within limit: Duration = .seconds(5)) async -> StreamError?
    {
        do {
            _ = try await SocketConnector(address).connect(deadline: .after(limit))
            return nil
        } catch {
            return error
        }
    }

    @Test func `says that there is no socket`() async throws {
        let error = await Self.failure(.unix("/nonexistent/docker.sock"))
        #expect(error?.kind == .missing)
        #expect(
            error?.sentence == "There is no socket at /nonexistent/docker.sock; nothing was sent. "
                + "Start what serves it, or correct the path.")
    }

    @Test func `says that nobody listens on a socket file any more`() async throws {
        try await TemporaryDirectory.with { folder in
            let path = "\(folder)/a.sock"
            _ = try Listener(.unix(path))
            try writeFileAtomically(path, [])
            #expect(await Self.failure(.unix(path))?.kind == .refused)
        }
    }

    @Test(.enabled(if: !ThisProcess.isRoot)) func `says that this user may not`() async throws {
        try await TemporaryDirectory.with { folder in
            let listener = try Listener(.unix("\(folder)/a.sock"), mode: 0)
            #expect(await Self.failure(listener.address)?.kind == .notPermitted)
        }
    }

    @Test func `says that nobody listens on a port`() async throws {
        let address = try SocketAddress("127.0.0.1:\(Places.freePort())")
        let error = await Self.failure(address)
        #expect(error?.kind == .refused)
        #expect(error?.sentence.contains("Nobody listens on \(address)") == true)
    }

    @Test func `says that a name means nothing`() async throws {
        let error = await Self.failure(.host("no-such-host.invalid", port: 1))
        // Without a name server the resolver cannot know.
        #expect(error?.kind == .unknownHost || error?.kind == .timedOut)
    }

    @Test func `looks a name up`() async throws {
        let listener = try Listener(SocketAddress("127.0.0.1:0"))
        let port = try #require(listener.address.port)
        let stream = try await SocketConnector(.host("localhost", port: port)).connect(
            deadline: .after(.seconds(5)))
        stream.close()
    }

    @Test func `gives up when nobody accepts, at its deadline or when cancelled`() async throws {
        try await TemporaryDirectory.with { folder in
            let listener = try Listener(.unix("\(folder)/a.sock"), backlog: 0)
            var held: [any ByteStream] = []
            var error: StreamError?
            while error == nil, held.count < 10 {
                do throws(StreamError) {
                    let address = listener.address
                    held.append(
                        try await SocketConnector(address).connect(deadline: .after(.milliseconds(30))))
                } catch let failure {
                    error = failure
                }
            }
            #expect(error?.kind == .timedOut)
            let address = listener.address
            let task = Task { await Self.failure(address, within: .seconds(60)) }
            try await BootClock().sleep(for: .milliseconds(10))
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
            for stream in held { stream.close() }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A listener` {
    @Test func `says what to do when the port is taken`() throws {
        let first = try Listener(SocketAddress("127.0.0.1:0"))
        let error = #expect(throws: ListenError.self) { try Listener(first.address) }
        #expect(error?.kind == .inUse)
        #expect(error?.sentence.contains("ss -ltnp") == true)
    }

    @Test func `says when the address is not this machine's`() throws {
        let error = #expect(throws: ListenError.self) { try Listener(SocketAddress("192.0.2.1:0")) }
        #expect(error?.kind == .notAvailable)
    }

    @Test func `does not take a socket file from one who accepts, but from one who is gone`() async throws {
        try await TemporaryDirectory.with { folder in
            let address = SocketAddress.unix("\(folder)/a.sock")
            let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            try Self.bindFile(stale, "\(folder)/a.sock")
            close(stale)
            #expect(fileExists("\(folder)/a.sock"))
            let listener = try Listener(address)
            let error = #expect(throws: ListenError.self) { try Listener(address) }
            #expect(error?.kind == .inUse)
            listener.close()
            #expect(!fileExists("\(folder)/a.sock"))
        }
    }

    @Test func `leaves alone what is not a socket, and says that a folder is missing`() async throws {
        try await TemporaryDirectory.with { folder in
            try writeFileAtomically("\(folder)/file", [1])
            let error = #expect(throws: ListenError.self) { try Listener(.unix("\(folder)/file")) }
            #expect(error?.kind == .inUse)
            #expect(try readFile("\(folder)/file", limit: 10) == [1])
            let other = #expect(throws: ListenError.self) { try Listener(.unix("\(folder)/none/a.sock")) }
            #expect(other?.kind == .notAvailable)
        }
    }

    @Test func `gives its socket file the wanted mode`() async throws {
        try await TemporaryDirectory.with { folder in
            let listener = try Listener(.unix("\(folder)/a.sock"), mode: 0o660)
            var facts = stat()
            #expect(unsafe stat("\(folder)/a.sock", &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o660)
            listener.close()
        }
    }

    @Test func `ends a pending accept when it is closed`() async throws {
        let listener = try Listener(SocketAddress("127.0.0.1:0"))
        let task = Task { _ = try await listener.next(deadline: .never) }
        try await BootClock().sleep(for: .milliseconds(5))
        listener.close()
        let error = await #expect(throws: StreamError.self) { try await task.value }
        #expect(error?.kind == .closed)
    }

    private static func bindFile(_ number: Int32, _ path: String) throws {
        var address = sockaddr_un()
        address.sun_family = UInt16(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
    }
}

internal import OS

/// Answers whoever connects to a socket file with one text, for health checks of a program without ports.
///
/// The file is its owner's alone. One asker at a time, a second for each: there is nothing that could pile up.
package struct StatusDoor: Service {
    package let name = "status"
    private let listener: Listener
    private let text: @Sendable () -> String

    private static let patience = Duration.seconds(1)

    /// Makes the socket file; one that nobody listens on is replaced.
    ///
    /// - Throws: A `ListenError` with a sentence that says what to do.
    package init(_ path: String, text: @escaping @Sendable () -> String) throws {
        listener = try Listener(.unix(path), backlog: 16, mode: 0o600)
        self.text = text
    }

    /// Answers until it is cancelled.
    package func run() async throws {
        defer { listener.close() }
        while !Task.isCancelled {
            do {
                let stream = try await listener.next(deadline: .never)
                try? await stream.write(Array(text().utf8), deadline: .after(Self.patience))
                stream.close()
            } catch {
                // Out of descriptors, perhaps: the connection still waits.
                try await BootClock().sleep(for: Self.patience)
            }
        }
        try Task.checkCancellation()
    }

    /// Asks the door of another process.
    ///
    /// - Throws: A `StreamError` when nobody answers in time.
    package static func ask(_ path: String, within limit: Duration) async throws -> String {
        let deadline = Deadline.after(limit)
        let stream = try await SocketConnector(.unix(path)).connect(deadline: deadline)
        defer { stream.close() }
        var bytes: [UInt8] = []
        while bytes.count < 65_536 {
            let more = try await stream.read(atMost: 65_536, deadline: deadline)
            if more.isEmpty { break }
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

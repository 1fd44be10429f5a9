import Access
import CLI
import Inventory
import OS
import Settings
import Synchronization
import TLS
import TestSupport

/// An aggregator's TCP door on 127.0.0.1, with TLS or plain, that answers as a test says and keeps who asked.
final class SecureStub: Sendable {
    let listener: Listener
    private let context: TLSServerContext
    private let isPlain: Bool
    private let pin: [UInt8]
    private let answer: @Sendable (String) -> StubAggregator.Answer
    private let seen = Mutex<[String]>([])

    init(
        _ folder: String, isPlain: Bool = false, answer: @escaping @Sendable (String) -> StubAggregator.Answer
    ) throws {
        let own = try CertificateAuthority.loadOrMake(in: folder, names: ["127.0.0.1"], now: WallClock.now())
        context = try TLSServerContext(chainFile: own.chainFile, keyFile: own.keyFile)
        pin = own.publicKeySHA256
        listener = try Listener(SocketAddress("127.0.0.1:0"))
        self.answer = answer
        self.isPlain = isPlain
    }

    var address: String { listener.address.description }

    /// The `Authorization` lines that came.
    var authorizations: [String] { seen.withLock { $0 } }

    /// A token that leads here, first or last among other addresses.
    func token(_ subject: AccessToken.Subject, before others: [String] = []) -> AccessToken {
        var random = SystemRandom()
        return AccessToken(
            addresses: others + [address], pin: pin, checksName: false, subject: subject,
            credential: Credential(using: &random))
    }

    /// Serves until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while let stream = try? await listener.next(deadline: .never) {
                group.addTask(name: "stub connection") { await self.serve(stream) }
            }
        }
    }

    private func serve(_ inner: SocketStream) async {
        let patience = Deadline.after(.seconds(10))
        let stream: any ByteStream
        do {
            stream =
                isPlain
                ? inner
                : try await TLSStream.accept(over: inner, context, peer: "the client", deadline: patience)
        } catch {
            return
        }
        defer { stream.close() }
        var head = ""
        while !head.contains("\r\n\r\n") {
            guard let more = try? await stream.read(atMost: 4_096, deadline: patience), !more.isEmpty else {
                return
            }
            head += String(decoding: more, as: UTF8.self)
        }
        let lines = head.split(whereSeparator: \.isNewline).map(String.init)
        seen.withLock { $0 += lines.filter { $0.hasPrefix("Authorization") } }
        let request = lines[0].split(separator: " ").prefix(2).joined(separator: " ")
        let answer = answer(request)
        let text =
            "HTTP/1.1 \(answer.status) Test\r\nContent-Type: \(answer.type)\r\nContent-Length: "
            + "\(answer.body.utf8.count)\r\nConnection: close\r\n\r\n\(answer.body)"
        try? await stream.write(Array(text.utf8), deadline: patience)
    }
}

/// Runs the program while secure stubs serve; only the arguments say where.
func bayplan(
    _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:],
    with stubs: [SecureStub]
) async -> Run {
    let (output, notes) = (Page(), Page())
    let input = SettingsInput(arguments: arguments, environment: { environment[$0] }) {
        (path, _) throws(SettingsInput.FileProblem) in
        guard let text = files[path] else { throw .missing }
        return Array(text.utf8)
    }
    let surroundings = Surroundings(
        input: input, output: output, notes: notes, terminal: nil, now: { testNow },
        connector: { SocketConnector($0) }, sleep: { _ in try Task.checkCancellation() })
    return await withTaskGroup(of: Void.self) { group in
        for stub in stubs { group.addTask(name: "stub") { await stub.run() } }
        let code = await CommandLineTool(surroundings).run()
        group.cancelAll()
        return Run(code: code, output: output.string, notes: notes.string, requests: [])
    }
}

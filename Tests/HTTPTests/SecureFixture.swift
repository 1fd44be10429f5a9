import Glibc
import HTTPServer
import OS
import TLS
import TestSupport
import Testing

/// The certificate that servers under test show, made once for a test run.
enum Secure {
    static let authority: CertificateAuthority = {
        do {
            let folder = try TemporaryDirectory.make()
            cleanUp(folder)
            return try CertificateAuthority.loadOrMake(
                in: folder, names: ["localhost", "127.0.0.1"], now: WallClock.now())
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    nonisolated(unsafe) private static var folder = ""

    /// Removes the folder when the process ends.
    private static func cleanUp(_ path: String) {
        unsafe folder = path
        atexit { TemporaryDirectory.remove(unsafe Secure.folder) }
    }

    static func server() throws -> TLSServerContext {
        try TLSServerContext(chainFile: authority.chainFile, keyFile: authority.keyFile)
    }

    static func connector(_ address: SocketAddress) throws -> TLSConnector {
        let trust = TLSTrust.pinned(publicKeySHA256: authority.publicKeySHA256, name: "127.0.0.1")
        return TLSConnector(SocketConnector(address), try TLSClientContext(trust))
    }

    static func client(_ address: SocketAddress) async throws -> RawClient {
        RawClient(over: try await connector(address).connect(deadline: .after(.seconds(10))))
    }

    /// The first bytes that a client sends.
    static func greeting() throws -> [UInt8] {
        let trust = TLSTrust.pinned(publicKeySHA256: authority.publicKeySHA256, name: nil)
        var machine = TLSMachine(client: try TLSClientContext(trust))
        return machine.takeOutput()
    }
}

/// Runs a server with TLS on a free port while `body` runs, and stops it.
func withSecureServer(
    _ configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    answering answer: @escaping @Sendable (HTTPServerRequest, HTTPExchange) -> Void = {
        $1.answer(.text("answer to \($0.path)"))
    },
    _ body: (HTTPServer, SocketAddress) async throws -> Void
) async throws {
    let context = try Secure.server()
    try await withServer(
        {
            $0.tls = context
            configure(&$0)
        }, answering: answer, body)
}

import OS
import TLS
import TestSupport
import Testing

/// The files of one authority, made once for a test run.
enum Sample {
    /// A fixed time, 2026-11-20T12:00:00Z, which the sample certificates are made for.
    static let now: Int64 = 1_795_176_000_000
    static let day: Int64 = 86_400_000

    /// An authority in a folder that stays until the process ends.
    static let authority: CertificateAuthority = make(names: [
        "node1.example", "*.wild.example", "127.0.0.1", "::1",
    ])
    /// One that nobody trusts.
    static let stranger: CertificateAuthority = make(names: ["node1.example"])

    static func make(names: [String], now: Int64 = now) -> CertificateAuthority {
        do {
            let folder = try TemporaryDirectory.make()
            folders.append(folder)
            return try CertificateAuthority.loadOrMake(in: folder, names: names, now: now)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Removes the folders when the process ends.
    private static let folders = Folders()

    static func server(_ authority: CertificateAuthority = authority) throws(TLSError) -> TLSServerContext {
        try TLSServerContext(chainFile: authority.chainFile, keyFile: authority.keyFile)
    }

    static func client(
        _ trust: TLSTrust? = nil, name: String? = nil, now: Int64 = now
    ) throws(TLSError) -> TLSClientContext {
        try TLSClientContext(
            trust ?? .pinned(publicKeySHA256: authority.publicKeySHA256, name: name), clock: { now })
    }
}

/// A machine in a box, because the test macros want what they look at to be copyable.
final class End {
    private var machine: TLSMachine

    init(_ machine: consuming TLSMachine) {
        self.machine = machine
    }

    var isEstablished: Bool { machine.isEstablished }
    var peerHasFinished: Bool { machine.peerHasFinished }
    var hasOutput: Bool { machine.hasOutput }
    var version: String? { machine.version }
    var peerCertificate: CertificateFacts? { machine.peerCertificate }
    var cutShort: TLSError { machine.cutShort }

    func received(_ bytes: [UInt8], into plaintext: inout [UInt8]) throws(TLSError) {
        try machine.received(bytes, into: &plaintext)
    }

    func send(_ bytes: [UInt8]) throws(TLSError) { try machine.send(bytes) }
    func takeOutput() -> [UInt8] { machine.takeOutput() }
    func finish() { machine.finish() }
    func endOfInput() -> Bool { machine.endOfInput() }
}

/// Two machines and what they have said to each other.
final class Pair {
    let client: End
    let server: End
    var atClient: [UInt8] = []
    var atServer: [UInt8] = []
    var clientError: TLSError?
    var serverError: TLSError?

    init(_ client: TLSClientContext, _ server: TLSServerContext) {
        self.client = End(TLSMachine(client: client, peer: "agg.example:4681"))
        self.server = End(TLSMachine(server: server))
    }

    /// A pair with the sample's authority.
    convenience init() throws(TLSError) {
        self.init(try Sample.client(), try Sample.server())
    }

    /// Whether both ends have ended the handshake.
    var isEstablished: Bool { client.isEstablished && server.isEstablished }

    /// Moves bytes until nobody has any, in pieces of at most so many.
    func pump(pieces: Int = .max) {
        while client.hasOutput || server.hasOutput {
            toServer(client.takeOutput(), pieces: pieces)
            toClient(server.takeOutput(), pieces: pieces)
        }
    }

    func toServer(_ bytes: [UInt8], pieces: Int = .max) {
        for piece in bytes.pieces(pieces) {
            do throws(TLSError) {
                try server.received(piece, into: &atServer)
            } catch {
                serverError = error
            }
        }
    }

    func toClient(_ bytes: [UInt8], pieces: Int = .max) {
        for piece in bytes.pieces(pieces) {
            do throws(TLSError) {
                try client.received(piece, into: &atClient)
            } catch {
                clientError = error
            }
        }
    }
}

extension [UInt8] {
    /// The bytes in pieces of at most so many.
    func pieces(_ size: Int) -> [[UInt8]] {
        guard size < count else { return isEmpty ? [] : [self] }
        return stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

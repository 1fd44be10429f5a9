import Lifecycle
package import Log
import OS
package import Settings
import Synchronization
package import TLS

/// The certificate that both TCP doors show, and by what clients know it; kept fresh while the program runs.
///
/// The administrator's own files, or those of the aggregator's own authority in `<data>/tls`. Files are looked at
/// every ten seconds and at SIGHUP; a bad one is reported, and what was read before stays in use.
package final class ServerIdentity: Service {
    /// What new connections are shown.
    package let context: TLSServerContext

    /// By what a token lets clients know this aggregator.
    package struct Mark: Hashable, Sendable {
        /// The authority's key; nil where the system's authorities are to be trusted.
        package let pin: [UInt8]?
        /// The certificate must name the address.
        package let checksName: Bool
    }

    /// Where the certificate comes from.
    private enum Source: Sendable {
        /// Our own authority in this folder, for these names.
        case own(folder: String, names: [String])
        /// The administrator's files; the authority's may be the system's.
        case administrators(chain: String, key: String, authority: String?, shown: String)

        var files: [String] {
            switch self {
            case .own(let folder, _):
                ["ca.pem", "ca-key.pem", "server.pem", "server-key.pem"].map { "\(folder)/\($0)" }
            case .administrators(let chain, let key, let authority, _):
                [chain, key] + (authority.map { [$0] } ?? [])
            }
        }
    }

    private struct State {
        var stamps: [FileStamp?]
        var mark: Mark
        /// When our own certificate is to be renewed, in ms since 1970.
        var renewal: Int64
    }

    private let source: Source
    private let state: Mutex<State>
    private let now: @Sendable () -> Int64
    private let pause: Duration
    private let log: Log

    package let name = "certificate"

    /// Reads the administrator's certificate, or makes or reads our own.
    ///
    /// - Parameters:
    ///   - settings: Which files, and where the data lies.
    ///   - names: What our own certificate must be for.
    ///   - now: The wall clock, in milliseconds since 1970.
    ///   - pause: How often the files are looked at.
    ///   - log: Where it reports.
    /// - Throws: What is wrong with which file.
    package init(
        _ settings: Configuration, names: [String], now: @escaping @Sendable () -> Int64 = WallClock.now,
        pause: Duration = .seconds(10), log: Log
    ) throws(TLSError) {
        let folder = settings[AggregatorSettings.data] + "/tls"
        let chain = settings[AggregatorSettings.tlsCertificate]
        let key = settings[AggregatorSettings.tlsKey]
        let authority = settings[AggregatorSettings.tlsAuthority]
        switch (chain, key) {
        case (.some(let chain), .some(let key)):
            source = .administrators(
                chain: chain, key: key, authority: authority, shown: "\(folder)/shown.pem")
        case (nil, nil) where authority == nil:
            source = .own(folder: folder, names: names)
        default:
            throw TLSError(
                .badFile,
                "--tls-cert and --tls-key belong together, and --tls-ca to both; give --tls-cert and --tls-key, or "
                    + "none of the three to let the aggregator make its own certificate. Nothing was started."
            )
        }
        self.now = now
        self.pause = pause
        self.log = log
        let prepared = try Self.prepare(source, now: now(), log)
        context = try TLSServerContext(chainFile: prepared.chain, keyFile: prepared.key)
        state = Mutex(
            State(
                stamps: source.files.map { FileStamp(of: $0) }, mark: prepared.mark, renewal: prepared.renewal
            ))
        warnOfEnd()
    }

    /// By what a new token lets clients know this aggregator.
    package var mark: Mark { state.withLock(\.mark) }

    /// Looks at the files until the task is cancelled.
    package func run() async throws {
        while true {
            try await BootClock().sleep(for: pause)
            reload(isAsked: false)
        }
    }

    /// Reads the files again if they changed, or in any case when asked, and renews our own certificate when due.
    ///
    /// Connections that exist go on. A bad file is an error in the log, and nothing changes.
    package func reload(isAsked: Bool) {
        let stamps = source.files.map { FileStamp(of: $0) }
        let now = now()
        let isDue = state.withLock { isAsked || $0.stamps != stamps || now >= $0.renewal }
        guard isDue else { return }
        do throws(TLSError) {
            let prepared = try Self.prepare(source, now: now, log)
            try context.reload()
            // What was made just now counts as seen.
            let seen = prepared.isWritten ? source.files.map { FileStamp(of: $0) } : stamps
            let isNewMark = state.withLock { state in
                defer { state = State(stamps: seen, mark: prepared.mark, renewal: prepared.renewal) }
                return state.mark != prepared.mark
            }
            log(
                .info, "certificate read again",
                [
                    "file": prepared.chain,
                    "until": Timestamp.text(milliseconds: context.chain.first?.notAfter ?? 0),
                ]
            )
            if isNewMark {
                log(
                    .warning,
                    "the certificate's authority is another one now: tokens made before don't trust it")
            }
            warnOfEnd()
        } catch {
            // Said once for each state of the files, and tried again when they change.
            state.withLock { state in
                state.stamps = stamps
                state.renewal = max(state.renewal, now + Self.repetition)
            }
            log(
                .error, "the certificate was not read again; the one before stays in use",
                ["error": error.sentence])
        }
    }

    /// After a renewal that failed it is tried again so much later, in ms.
    private static let repetition: Int64 = 3_600_000

    private func warnOfEnd() {
        guard let end = context.chain.first?.notAfter else { return }
        if end <= now() {
            log(
                .error, "the certificate has expired, and clients refuse it",
                ["file": context.chainFile, "expired": Timestamp.text(milliseconds: end)])
        } else if end - now() < 14 * 86_400_000, case .administrators = source {
            log(
                .warning, "the certificate expires soon",
                ["file": context.chainFile, "expires": Timestamp.text(milliseconds: end)])
        }
    }

    private struct Prepared {
        let chain: String
        let key: String
        let mark: Mark
        let renewal: Int64
        var isWritten = false
    }

    /// Sees to it that the files are there, and says which they are.
    private static func prepare(_ source: Source, now: Int64, _ log: Log) throws(TLSError) -> Prepared {
        switch source {
        case .own(let folder, let names):
            let own = try CertificateAuthority.loadOrMake(in: folder, names: names, now: now)
            switch own.deed {
            case .loaded: break
            case .made: log(.info, "certificate authority made", ["folder": folder])
            case .renewed: log(.info, "certificate renewed", ["folder": folder])
            }
            return Prepared(
                chain: own.chainFile, key: own.keyFile,
                mark: Mark(pin: own.publicKeySHA256, checksName: false), renewal: own.renewalTime,
                isWritten: own.deed != .loaded)
        case .administrators(let chain, let key, nil, _):
            return Prepared(
                chain: chain, key: key, mark: Mark(pin: nil, checksName: true), renewal: .max)
        case .administrators(let chain, let key, .some(let authority), let shown):
            let facts = try CertificateFacts.read(chain)
            let trusted = try CertificateFacts.read(authority)
            guard let root = trusted.first(where: \.isAuthority) else {
                throw TLSError(
                    .badFile,
                    "\(authority) holds no certificate of an authority, so it was not used: --tls-ca takes the one "
                        + "that signed --tls-cert.")
            }
            let mark = Mark(pin: root.publicKeySHA256, checksName: true)
            // Clients that know the authority by its key must be shown its certificate.
            guard !facts.contains(where: { $0.publicKeySHA256 == root.publicKeySHA256 }) else {
                return Prepared(chain: chain, key: key, mark: mark, renewal: .max)
            }
            try join(chain, authority, into: shown)
            return Prepared(chain: shown, key: key, mark: mark, renewal: .max)
        }
    }

    private static func join(_ chain: String, _ authority: String, into path: String) throws(TLSError) {
        do throws(FileError) {
            let bytes = try readFile(chain, limit: 1 << 20) + [0x0A] + readFile(authority, limit: 1 << 20)
            if let slash = path.lastIndex(of: "/") { try makeDirectories(String(path[..<slash])) }
            guard (try? readFile(path, limit: 4 << 20)) != bytes else { return }
            try writeFileAtomically(path, bytes, mode: 0o644)
        } catch {
            throw TLSError(.badFile, error.sentence)
        }
    }
}

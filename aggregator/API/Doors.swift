import AggregatorCore
package import HTTPServer
import Lifecycle
package import Log
package import OS
package import Settings
import Synchronization

/// The HTTP server with the API behind it, as a service that is stopped first.
package final class Doors: Stoppable {
    private let server: HTTPServer
    private let api: FleetAPI
    private let log: Log

    package let name = "http"

    /// How long requests may take to end; within the five seconds that a stop has (requirement B20).
    private static let patience = Duration.seconds(1)

    /// Binds every address.
    ///
    /// - Parameters:
    ///   - settings: Where to listen, and who may ask.
    ///   - api: What answers.
    ///   - timeouts: How long peers may take.
    ///   - log: Where the server reports.
    /// - Throws: A sentence that says what to do.
    package init(
        _ settings: Configuration, api: FleetAPI,
        timeouts: HTTPServerConfiguration.Timeouts = HTTPServerConfiguration.Timeouts(), log: Log
    ) throws(HTTPServerError) {
        var configuration = HTTPServerConfiguration()
        configuration.timeouts = timeouts
        configuration.addresses = settings[AggregatorSettings.http]
        let path = settings[AggregatorSettings.socket]
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            // The socket's own error says what is wrong when this one can't be made.
            try? makeDirectories(String(path[..<slash]), mode: 0o755)
        }
        configuration.socketPath = path
        configuration.socketMode = UInt16(settings[AggregatorSettings.socketMode], radix: 8) ?? 0o660
        configuration.allowedHosts = settings[AggregatorSettings.allowedHosts] + api.reach.authorities
        configuration.report = { notice in log(.warning, "the HTTP door reports", ["notice": "\(notice)"]) }
        configuration.tls = api.identity?.context
        let server = try HTTPServer(configuration)
        self.server = server
        api.tcpDoors.withLock { $0 = server.boundAddresses.filter { $0.port != nil } }
        self.api = api
        self.log = log
    }

    /// Where it listens, in the order of the settings, the Unix socket last; with the ports chosen for 0.
    package var addresses: [SocketAddress] { server.boundAddresses }

    /// Sends the reply at the service thread's next turn.
    package func answerTurn(_ reply: Reply<Void>) {
        server.answerTurn(reply)
    }

    /// Serves until `stop`.
    package func run() async throws {
        let addresses = addresses.map(\.description).joined(separator: ", ")
        log(.info, "answering", ["addresses": addresses])
        try await server.run(api)
    }

    /// Takes no new requests and lets the others end.
    package func stop() async {
        server.stop(within: Self.patience)
    }
}

import HTTP
import Lifecycle
import OS

/// Asks a running aggregator whether it is ready, as its health check does.
enum Readiness {
    private static let patience = Duration.seconds(5)

    /// The answer of `GET /readyz`, or why there was none.
    static func ask(_ address: SocketAddress) async -> Watchdog.Report {
        let client = HTTPClient(connector: SocketConnector(address), host: "localhost", maxConnections: 1)
        defer { client.close() }
        do throws(HTTPError) {
            let response = try await client.send(HTTPRequest(.get, "/readyz"), deadline: .after(patience))
            let text = String(decoding: response.body.prefix { $0 != 0x0A }, as: UTF8.self)
            let isWell = response.head.status == 200
            return Watchdog.Report(isWell: isWell, sentence: isWell ? "The aggregator is ready." : text)
        } catch {
            return Watchdog.Report(isWell: false, sentence: error.sentence)
        }
    }
}

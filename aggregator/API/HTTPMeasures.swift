import HTTPServer
import Metrics
import OS

/// What the API was asked and how long its answers took, by route (requirement C7).
///
/// The routes are ours, so that nobody makes series by asking for what there isn't.
final class HTTPMeasures: Sendable {
    /// What one series of the requests is about.
    struct Key: Hashable, Sendable {
        let route: String
        let method: String
        let status: Int
    }

    let requests = CounterTable<Key>(limit: 2_000)
    let times = HistogramTable<String>(limit: 200)

    /// The first words of paths below `/api/v1`; `scripts/features.py` compares them with what `FleetAPI` routes.
    static let nouns: Set<String> = [
        "cache", "config", "containers", "diagnosis", "discovery", "events", "health", "hosts", "labels",
        "mounts", "ports", "revp", "sd", "search", "stacks", "tokens", "usage", "version",
    ]

    /// Looks at one exchange until it is answered.
    func observe(_ request: HTTPServerRequest, _ exchange: HTTPExchange) {
        let route = Self.route(of: request.segments)
        let method = request.method.rawValue
        let begun = BootClock.now
        exchange.observe { [self] status in
            requests.add(Key(route: route, method: method, status: status))
            times.observe(route, begun.duration(to: BootClock.now))
        }
    }

    /// The route of a path, with a star for each part that names something: `/api/v1/containers/*/*`.
    static func route(of path: [String]) -> String {
        switch path.count {
        case 1 where ["livez", "readyz", "metrics"].contains(path[0]): return "/\(path[0])"
        case 3...6 where path[0] == "api" && path[1] == "v1" && nouns.contains(path[2]):
            return "/api/v1/\(path[2])" + String(repeating: "/*", count: path.count - 3)
        default: return "other"
        }
    }
}

/// What a label can say of a service, by its canonical name.
package enum Property: String, CaseIterable, Sendable {
    case domain
    case port
    case scheme
    case path
    case stripPrefix = "strip-prefix"
    case backendPath = "backend-path"
    case redirect
    case tls
    case resolver
    case websocket
    case skipVerify = "skip-verify"
    case hostHeader = "host-header"
    case tunnel
    case tunnelDomain = "tunnel-domain"
    case health
    case healthInterval = "health-interval"
    case healthTimeout = "health-timeout"
    case balance
    case group
    case priority
    case policy
    case network
    case address
    case middleware
    case enable

    /// Every spelling that is accepted, the canonical one first, with hyphens.
    ///
    /// In a label an underscore does for a hyphen.
    package var spellings: [String] {
        switch self {
        case .port: ["port", "container-port", "backend-port"]
        case .scheme: ["scheme", "backend-proto", "backend-scheme"]
        case .redirect: ["redirect", "force-ssl", "redirect-https", "ssl-force"]
        case .tls: ["tls", "https", "ssl"]
        case .resolver: ["resolver", "https-certresolver", "tls-certresolver"]
        case .websocket: ["websocket", "support-websocket"]
        case .skipVerify: ["skip-verify", "insecure-skip-verify", "tls-insecure-skip-verify"]
        case .hostHeader: ["host-header", "pass-host-header"]
        case .tunnel: ["tunnel", "cloudflare-tunnel"]
        case .health: ["health", "health-check"]
        case .balance: ["balance", "load-balancer"]
        case .address: ["address", "backend-host"]
        case .enable: ["enable", "enabled"]
        default: [rawValue]
        }
    }

    private static let bySpelling: [String: Property] = {
        var properties: [String: Property] = [:]
        for property in allCases {
            for spelling in property.spellings { properties[spelling] = property }
        }
        return properties
    }()

    /// The property of a spelling with hyphens.
    static func spelled(_ text: String) -> Property? { bySpelling[text] }

    /// The spelling that is nearest to a text, if any is near.
    static func near(_ text: String) -> String? {
        guard text.utf8.count <= 32 else { return nil }
        let all = allCases.flatMap(\.spellings).map { ($0, distance(text, $0)) }
        return all.filter { $0.1 <= max(1, min(3, $0.0.utf8.count / 3)) }.min { $0.1 < $1.1 }?.0
    }

    /// How many bytes must be put in, taken out or replaced (Levenshtein).
    private static func distance(_ one: String, _ other: String) -> Int {
        let (a, b) = (Array(one.utf8), Array(other.utf8))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}

import RevP
import Testing

/// One property: a value other than its default, and how a service shows that it was read.
struct Sample: Sendable, CustomTestStringConvertible {
    let property: Property
    let value: String
    let isRead: @Sendable (Service) -> Bool
    var testDescription: String { property.rawValue }

    init(_ property: Property, _ value: String, _ isRead: @escaping @Sendable (Service) -> Bool) {
        self.property = property
        self.value = value
        self.isRead = isRead
    }

    static let all = [
        Sample(.domain, "b.example.com") { $0.domains.map(\.name.text) == ["b.example.com"] },
        Sample(.port, "8443") { $0.port.rawValue == 8443 },
        Sample(.scheme, "h2c") { $0.scheme == .h2c },
        Sample(.path, "/app") { $0.path.text == "/app" },
        Sample(.stripPrefix, "on") { $0.stripsPrefix },
        Sample(.backendPath, "/in") { $0.backendPath.text == "/in" },
        Sample(.redirect, "no") { !$0.redirect },
        Sample(.tls, "0") { !$0.usesTLS },
        Sample(.resolver, "letsencrypt") { $0.resolver?.text == "letsencrypt" },
        Sample(.websocket, "TRUE") { $0.websocket },
        Sample(.skipVerify, "yes") { $0.skipsVerification },
        Sample(.hostHeader, "off") { !$0.passesHost },
        Sample(.tunnel, "1") { $0.tunnel },
        Sample(.tunnelDomain, "t.example.com") { $0.tunnelDomain?.text == "t.example.com" },
        Sample(.health, "/up") { $0.health?.text == "/up" },
        Sample(.healthInterval, "1m30s") { $0.healthInterval?.milliseconds == 90_000 },
        Sample(.healthTimeout, "500ms") { $0.healthTimeout?.milliseconds == 500 },
        Sample(.balance, "least-conn") { $0.balance == .leastConnections },
        Sample(.group, "shop.web") { $0.group?.text == "shop.web" },
        Sample(.priority, "-7") { $0.priority == -7 },
        Sample(.policy, "running") { $0.policy == .running },
        Sample(.network, "front_net") { $0.network?.text == "front_net" },
        Sample(.address, "192.0.2.7") { $0.address?.description == "192.0.2.7" },
        Sample(.middleware, "auth@file, compress") {
            $0.middlewares.map(\.text) == ["auth@file", "compress"]
        },
        Sample(.enable, "false") { !$0.isEnabled },
    ]
}

/// Requirement D1: both grammars, every spelling of every property.
@Suite struct `Spellings of a label` {
    /// As the table of the documentation has them.
    static let table: [Property: [String]] = [
        .domain: ["domain"], .port: ["container-port", "backend-port", "port"],
        .scheme: ["backend-proto", "backend-scheme", "scheme"], .path: ["path"],
        .stripPrefix: ["strip-prefix"], .backendPath: ["backend-path"],
        .redirect: ["redirect", "force-ssl", "redirect-https", "ssl_force"], .tls: ["https", "ssl", "tls"],
        .resolver: ["resolver", "https-certresolver", "tls-certresolver"],
        .websocket: ["support-websocket", "websocket"],
        .skipVerify: ["skip-verify", "insecure-skip-verify", "tls_insecure_skip_verify"],
        .hostHeader: ["host-header", "pass-host-header"], .tunnel: ["tunnel", "cloudflare-tunnel"],
        .tunnelDomain: ["tunnel-domain"], .health: ["health", "health-check"],
        .healthInterval: ["health-interval"], .healthTimeout: ["health-timeout"],
        .balance: ["load-balancer", "balance"], .group: ["group"], .priority: ["priority"],
        .policy: ["policy"], .network: ["network"], .address: ["address", "backend-host"],
        .middleware: ["middleware"], .enable: ["enable", "enabled"],
    ]

    /// Each with hyphens and with underscores.
    static func both(_ property: Property) -> Set<String> {
        Set(
            (table[property] ?? []).flatMap { spelling in
                [
                    String(spelling.map { $0 == "_" ? "-" : $0 }),
                    String(spelling.map { $0 == "-" ? "_" : $0 }),
                ]
            })
    }

    @Test func `are those of the table, and no others`() {
        for property in Property.allCases {
            let known = Set(property.spellings)
            #expect(Self.both(property).filter { !$0.contains("_") } == known, "\(property)")
        }
        #expect(Sample.all.map(\.property) == Property.allCases)
    }

    @Test(arguments: Sample.all) func `mean the same in the flat grammar`(sample: Sample) throws {
        for spelling in Self.both(sample.property) {
            var labels = ["snadboy.revp.domain": "a.example.com"]
            labels["snadboy.revp.\(spelling)"] = sample.value
            let read = ParsedLabels(labels.map { ($0.key, $0.value) })
            let service = try #require(read.only, "\(spelling): \(read.diagnostics)")
            #expect(sample.isRead(service), "\(spelling)")
            #expect(service.given == [.domain, sample.property])
            #expect(service.key == .flat)
            #expect(read.refused.isEmpty && read.additional.isEmpty)
            #expect(read.codes.allSatisfy { $0 == .noEffect })
        }
    }

    @Test(arguments: Sample.all) func `mean the same behind a container port`(sample: Sample) throws {
        for spelling in Self.both(sample.property) {
            var labels = ["snadboy.revp.8443.domain": "a.example.com", "other.label": "x"]
            labels["snadboy.revp.8443.\(spelling)"] = sample.value
            let read = ParsedLabels(labels.map { ($0.key, $0.value) })
            let service = try #require(read.only, "\(spelling): \(read.diagnostics)")
            #expect(sample.isRead(service), "\(spelling)")
            #expect(service.port.rawValue == 8443)
            #expect(
                service.isPublishedPortAllowed == (spelling == "backend-port" || spelling == "backend_port"))
        }
    }

    @Test func `leave every other property at its default`() throws {
        let service = try #require(parsed(["snadboy.revp.domain": "a.example.com"]).only)
        for sample in Sample.all { #expect(!sample.isRead(service), "\(sample.property)") }
        #expect(service.port.rawValue == 80 && !service.isPublishedPortAllowed)
        #expect(service.scheme == .http && service.path == .root && service.backendPath == .root)
        #expect(service.balance == .roundRobin && service.policy == .healthy && service.priority == 0)
        #expect(service.usesTLS && service.redirect && service.passesHost && service.isEnabled)
        #expect(service.redirects(service.domains[0]))
    }

    @Test func `have a prefix that can be chosen`() throws {
        let prefix = try #require(LabelPrefix("org.example"))
        let labels = [("org.example.80.domain", "a.example.com"), ("snadboy.revp.domain", "b.example.com")]
        let read = ParsedLabels(labels, prefix: prefix)
        #expect(read.only?.domains.map(\.name.text) == ["a.example.com"])
        #expect(read.diagnostics.isEmpty)
        for bad in ["", ".", "a..b", "A", "a b", "a.", String(repeating: "a", count: 129)] {
            #expect(LabelPrefix(bad) == nil, "\(bad)")
        }
    }

    @Test func `are not mistaken for labels that only begin alike`() {
        #expect(
            parsed(["snadboy.revpx.domain": "a.example.com", "snadboy": "x", "snadboy.rev": "x"]).isEmpty)
    }
}

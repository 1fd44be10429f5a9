import RevP
import TestSupport
import Testing

/// Requirements R-31 and D7: whatever labels hold, what was accepted keeps to a grammar that is written here anew.
@Suite struct `Hostile labels` {
    /// How many sets of labels; five labels each.
    private static let rounds = 20_000

    private static let keys =
        Property.allCases.flatMap(\.spellings) + [
            "x", "", "0", "80", "a.b", "80.domain", "domain\n", "DOMAIN", "strip_prefix", "80/udp.domain",
        ]
    private static let pieces = [
        "a", "b", ".", "-", "_", "/", ":", ",", "*", "%", "%2e", "%00", "%C3%BC", "..", "{", "}", "{$HOME}",
        "`", "\"",
        "'", "\\", "\n", "\r", "\u{0}", "\u{1b}[31m", "$", "$(id)", ";", "#", "?", "&", "|", "<", ">", " ",
        "\t", "example.com",
        "xn--", "xn--bcher-kva", "bücher", "u\u{308}", "гoogle", "аррӏе", "例え", "\u{200b}", "\u{202e}",
        "\u{feff}", "😀",
        "10.0.0.1", "::1", "fe80::", "80", "0", "65536", "99999999999", "true", "false", "10s", "100ms",
        ":redirect",
        ":noredirect", "@file", "auth", "round-robin", "https", "redacted:0123456789abcdef", "ｅ", "٣",
    ]

    private static func labels(_ random: inout SplitMix64) -> [(key: String, value: String)] {
        (0..<5).map { place in
            let key = place == 0 ? "domain" : keys.randomElement(using: &random) ?? ""
            let port = ["", "80.", "8080.", "65535."].randomElement(using: &random) ?? ""
            var value = ""
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                value += pieces.randomElement(using: &random) ?? ""
            }
            if place == 0, Bool.random(using: &random) { value = "a.example.com,\(value)" }
            if Int.random(in: 0..<200, using: &random) == 0 { value = String(repeating: value, count: 400) }
            return ("snadboy.revp.\(port)\(key)", value)
        }
    }

    @Test func `are refused or keep to the grammar, in any order alike`() throws {
        var random = SplitMix64(seed: 31)
        var grammar = Grammar()
        var (services, refused) = (0, 0)
        for round in 0..<Self.rounds {
            let labels = Self.labels(&random)
            let read = ParsedLabels(labels)
            for service in read.services {
                let holds = grammar.holds(service)
                try #require(holds, "round \(round): \(labels)")
            }
            for name in read.refused.flatMap(\.domains).map(\.name.text) {
                let holds = grammar.domain(name)
                try #require(holds, "round \(round): \(labels)")
            }
            for diagnostic in read.diagnostics {
                let text = diagnostic.label + diagnostic.value + diagnostic.problem + diagnostic.remedy
                try #require(text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "round \(round): \(text)")
            }
            services += read.services.count
            refused += read.refused.count
            if round % 10 == 0 {
                try #require(
                    read == ParsedLabels(labels.shuffled(using: &random)), "round \(round): \(labels)")
            }
        }
        #expect(services > 2_000 && refused > 10_000, "the generator no longer reaches both sides")
    }
}

/// The grammar once more, by regular expressions, with an answer remembered for each text.
private struct Grammar {
    private var known: [String: Bool] = [:]

    private mutating func check(_ text: String, _ kind: String, _ rule: Regex<Substring>) -> Bool {
        if let answer = known[kind + text] { return answer }
        let answer = (try? rule.wholeMatch(in: text)) != nil
        known[kind + text] = answer
        return answer
    }

    mutating func domain(_ text: String) -> Bool {
        text.utf8.count <= 253
            && check(
                text, "domain ",
                /(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/)
            && (try? /(?:.*\.)?[0-9]+/.wholeMatch(in: text)) ?? nil == nil
    }

    private mutating func path(_ text: String) -> Bool {
        text.utf8.count <= 1_024
            && check(text, "path ", /\/(?:[A-Za-z0-9._~@:+=,\/-]|%[0-9A-F]{2})*/)
            && !text.split(separator: "/").contains { $0 == "." || $0 == ".." } && !text.contains("//")
            && (try? /%(?:[01][0-9A-F]|7F|2F|5C|2E)/.firstMatch(in: text)) ?? nil == nil
    }

    private mutating func name(_ text: String) -> Bool {
        check(text, "name ", /[A-Za-z0-9][A-Za-z0-9_.\-]{0,62}/)
    }

    mutating func holds(_ service: Service) -> Bool {
        guard !service.domains.isEmpty else { return false }
        for domain in service.domains { guard self.domain(domain.name.text) else { return false } }
        if let tunnel = service.tunnelDomain { guard domain(tunnel.text) else { return false } }
        for path in [service.path, service.backendPath, service.health].compactMap(\.self) {
            guard self.path(path.text) else { return false }
        }
        for name in [service.group, service.network, service.resolver].compactMap(\.self) {
            guard self.name(name.text) else { return false }
        }
        for middleware in service.middlewares {
            guard middleware.text.split(separator: "@", omittingEmptySubsequences: false).count <= 2,
                middleware.text.split(separator: "@", omittingEmptySubsequences: false).allSatisfy({
                    name(String($0))
                })
            else { return false }
        }
        if let address = service.address?.description {
            guard check(address, "address ", /[a-z0-9_.:-]{1,253}/) else { return false }
        }
        for time in [service.healthInterval, service.healthTimeout].compactMap(\.self) {
            guard (100...3_600_000).contains(time.milliseconds) else { return false }
        }
        return service.port.rawValue > 0 && abs(service.priority) <= 1_000_000
    }
}

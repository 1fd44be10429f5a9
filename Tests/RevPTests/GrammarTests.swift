import RevP
import Testing

/// Requirements D1 and R-31: keys, both grammars on one container, and what contradicts itself.
@Suite struct `Labels of one container` {
    @Test func `describe a service for each port`() {
        let read = parsed([
            "snadboy.revp.9000.domain": "b.example.com", "snadboy.revp.8080.domain": "a.example.com",
            "snadboy.revp.domain": "c.example.com",
        ])
        #expect(read.services.map(\.port.rawValue) == [80, 8080, 9000])
        #expect(read.diagnostics.isEmpty && read.refused.isEmpty)
    }

    @Test func `behind a port win over flat ones of that port, and the rest is joined`() throws {
        let read = parsed([
            "snadboy.revp.domain": "flat.example.com", "snadboy.revp.backend-port": "8080",
            "snadboy.revp.middleware": "auth", "snadboy.revp.8080.domain": "port.example.com",
        ])
        let service = try #require(read.only)
        #expect(service.domains.map(\.name.text) == ["port.example.com"])
        #expect(service.middlewares.map(\.text) == ["auth"])
        #expect(service.isPublishedPortAllowed)
        #expect(read.codes == [.overridden])
        #expect(read.diagnostics[0].label == "snadboy.revp.domain")
        #expect(read.diagnostics[0].severity == .warning)
    }

    @Test func `without a port are about port 80`() throws {
        let read = parsed(["snadboy.revp.80.domain": "a.example.com", "snadboy.revp.tls": "false"])
        #expect(try #require(read.only).usesTLS == false)
    }

    @Test func `of one property in several spellings must agree`() throws {
        let same = parsed([
            "snadboy.revp.domain": "a.example.com", "snadboy.revp.tls": "no", "snadboy.revp.https": "false",
        ])
        #expect(try #require(same.only).usesTLS == false)
        #expect(same.codes == [.repeated])
        let other = parsed([
            "snadboy.revp.domain": "a.example.com", "snadboy.revp.tls": "no", "snadboy.revp.https": "yes",
        ])
        #expect(other.services.isEmpty && other.refused.count == 1)
        #expect(other.codes == [.conflict, .conflict])
        #expect(other.diagnostics.map(\.label) == ["snadboy.revp.https", "snadboy.revp.tls"])
    }

    @Test func `of one property with hyphen and underscore must agree`() {
        let read = parsed([
            "snadboy.revp.domain": "a.example.com", "snadboy.revp.strip-prefix": "no",
            "snadboy.revp.strip_prefix": "yes",
        ])
        #expect(read.codes == [.conflict, .conflict] && read.services.isEmpty)
    }

    @Test func `name one port only`() {
        let read = parsed([
            "snadboy.revp.8080.domain": "a.example.com", "snadboy.revp.8080.backend-port": "9090",
        ])
        #expect(read.services.isEmpty && read.codes == [.conflict])
        let flat = parsed([
            "snadboy.revp.domain": "a.example.com", "snadboy.revp.port": "1",
            "snadboy.revp.backend-port": "2",
        ])
        #expect(flat.services.isEmpty && flat.codes == [.conflict, .conflict])
        #expect(flat.refused[0].port == nil)
    }

    @Test func `need a domain`() {
        let read = parsed(["snadboy.revp.8080.tls": "no", "snadboy.revp.enable": "false"])
        #expect(read.services.isEmpty)
        #expect(read.refused.map(\.key.description) == ["flat", "8080"])
        #expect(read.codes == [.noDomain, .noDomain])
        #expect(read.diagnostics.map(\.label) == ["snadboy.revp.8080.domain", "snadboy.revp.domain"])
    }

    /// Requirement R-31: the damage never goes beyond the culprit.
    @Test func `that are wrong leave other services as they are`() {
        let good: KeyValuePairs = [
            "snadboy.revp.8080.domain": "a.example.com", "snadboy.revp.8080.path": "/x",
        ]
        let alone = parsed(good)
        let both = parsed([
            "snadboy.revp.8080.domain": "a.example.com", "snadboy.revp.8080.path": "/x",
            "snadboy.revp.9090.domain": "b.example.com", "snadboy.revp.9090.path": "no\nslash",
            "snadboy.revp.0.domain": "x", "snadboy.revp.tls": "maybe", "snadboy.revp": "x",
        ])
        #expect(both.services == alone.services)
        #expect(both.refused.map(\.key.description) == ["flat", "9090"])
        #expect(both.refused[1].domains.map(\.name.text) == ["b.example.com"])
    }

    @Test(arguments: [
        ("snadboy.revp", DiagnosticCode.badKey), ("snadboy.revp.", .badKey), ("snadboy.revp.8080", .badKey),
        ("snadboy.revp.8080.", .badKey), ("snadboy.revp..domain", .badKey),
        ("snadboy.revp.8080.domain.x", .badKey), ("snadboy.revp.web.domain", .badKey),
        ("snadboy.revp.0.domain", .badPort), ("snadboy.revp.65536.domain", .badPort),
        ("snadboy.revp.080.domain", .badPort), ("snadboy.revp.99999999999999999999.domain", .badPort),
        ("snadboy.revp.80/udp.domain", .badPort), ("snadboy.revp.-1.domain", .badKey),
        ("snadboy.revp.+80.domain", .badKey), ("snadboy.revp.８０.domain", .badKey),
        ("snadboy.revp.do\u{301}main", .badKey), ("snadboy.revp.dom ain", .badKey),
        ("snadboy.revp.domain\n", .badKey), ("snadboy.revp.\u{0}", .badKey),
        ("snadboy.revp." + String(repeating: "a", count: 200), .badKey),
        ("snadboy.revp.domains", .unknownProperty), ("snadboy.revp.8080.enabel", .unknownProperty),
        ("snadboy.revp.Domain", .unknownProperty),
    ]) func `with a key of the wrong shape are told`(key: String, code: DiagnosticCode) {
        let read = ParsedLabels([(key, "a.example.com")])
        #expect(read.services.isEmpty && read.refused.isEmpty)
        #expect(read.codes == [code])
        #expect(read.additional.count == (code == .unknownProperty ? 1 : 0))
        #expect(read.diagnostics[0].severity == (code == .unknownProperty ? .warning : .error))
    }

    @Test func `that nobody knows are kept, and the nearest spelling is told`() {
        let read = parsed(["snadboy.revp.domain": "a.example.com", "snadboy.revp.enabel": "\u{1b}[31m"])
        #expect(read.services.count == 1)
        #expect(read.additional.map(\.key.unchecked) == ["snadboy.revp.enabel"])
        #expect(read.additional[0].value.unchecked == "\u{1b}[31m")
        #expect("\(read.additional[0].value)" == "\\u{1b}[31m")
        #expect(read.diagnostics[0].remedy == "Did you mean enable?")
    }

    @Test func `that were cut refuse their service`() {
        let read = parsed(
            [
                "snadboy.revp.8080.domain": "a.example.com", "snadboy.revp.8080.middleware": "auth",
                "snadboy.revp.9090.domain": "b.example.com",
            ], cut: ["labels.snadboy.revp.8080.middleware", "env.A"])
        #expect(read.services.map(\.port.rawValue) == [9090])
        #expect(read.codes == [.labelCut])
        let hidden = parsed("middleware", "redacted:0123456789abcdef")
        #expect(hidden.services.isEmpty && hidden.codes == [.labelHidden])
    }

    @Test func `that may be missing refuse all, unless 512 with others among them came`() {
        let some = parsed(["snadboy.revp.domain": "a.example.com"], cut: ["labels"])
        #expect(some.services.isEmpty && some.refused.count == 1 && some.codes == [.labelsCut])
        var many = (0..<511).map { ("x\($0)", "") }
        many.append(("snadboy.revp.domain", "a.example.com"))
        #expect(ParsedLabels(many, cutPaths: ["labels"]).services.count == 1)
        #expect(ParsedLabels([("x", "")], cutPaths: ["labels"]).isEmpty)
    }

    @Test func `over 512 are not read`() {
        let read = ParsedLabels((1...513).map { ("snadboy.revp.\($0).domain", "a\($0).example.com") })
        #expect(read.services.isEmpty && read.refused.count == 512 && read.codes == [.tooMany])
    }

    @Test func `that change nothing are told`() {
        for (labels, property) in [
            (["strip-prefix": "yes"], "strip-prefix"), (["health-interval": "5s"], "health-interval"),
            (["tls": "no", "redirect": "yes"], "redirect"), (["tls": "no", "resolver": "le"], "resolver"),
            (["skip-verify": "yes"], "skip-verify"), (["tunnel": "yes", "redirect": "yes"], "redirect"),
        ] {
            let read = ParsedLabels(
                [("snadboy.revp.domain", "a.example.com")]
                    + labels.map { ("snadboy.revp.\($0.key)", $0.value) })
            #expect(read.codes == [.noEffect] && read.diagnostics[0].label == "snadboy.revp.\(property)")
            #expect(read.services.count == 1)
        }
    }
}

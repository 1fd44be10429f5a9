import RevP
import Testing

/// Requirement R-31: what each property takes and what it refuses.
@Suite struct `A value` {
    @Test(arguments: [
        ("port", "0", DiagnosticCode.badPort), ("port", "65536", .badPort), ("port", "80/udp", .badPort),
        ("port", "80/tcp", .badPort), ("port", "-1", .badPort), ("port", "+80", .badPort),
        ("port", "080", .badPort),
        ("port", "8 0", .badPort), ("port", "٨٠", .badPort), ("port", "0x50", .badPort),
        ("port", "80.0", .badPort),
        ("scheme", "ftp", .badScheme), ("scheme", "http://", .badScheme), ("scheme", "httpſ", .badScheme),
        ("path", "app", .badPath), ("path", "/a b", .badPath), ("path", "/a/../b", .badPath),
        ("path", "/..", .badPath), ("path", "/%2e%2e/x", .badPath), ("path", "/.%2E", .badPath),
        ("path", "/./x", .badPath), ("path", "//x", .badPath), ("path", "/a//b", .badPath),
        ("path", "/%00", .badPath), ("path", "/%0a", .badPath), ("path", "/%7f", .badPath),
        ("path", "/a%2fb", .badPath), ("path", "/a%5cb", .badPath), ("path", "/%", .badPath),
        ("path", "/%4", .badPath), ("path", "/%zz", .badPath), ("path", "/%ff", .badPath),
        ("path", "/%e2%80%8b", .badPath), ("path", "/über", .badPath), ("path", "/{x}", .badPath),
        ("path", "/\"", .badPath), ("path", "/'", .badPath), ("path", "/`id`", .badPath),
        ("path", "/$host", .badPath), ("path", "/{$HOME}", .badPath), ("path", "/a;b", .badPath),
        ("path", "/a?b", .badPath), ("path", "/a#b", .badPath), ("path", "/a\\b", .badPath),
        ("path", "/*", .badPath),
        ("path", "/(a)", .badPath), ("path", "/a|b", .badPath), ("path", "/a\nb", .unprintable),
        ("path", "/" + String(repeating: "a", count: 1_024), .tooLong),
        ("backend-path", "..", .badPath), ("health", "health", .badPath),
        ("tls", "maybe", .badBoolean), ("tls", "2", .badBoolean), ("tls", "t", .badBoolean),
        ("tls", "TRUЕ", .badBoolean),
        ("health-interval", "10", .badDuration), ("health-interval", "-1s", .badDuration),
        ("health-interval", "99ms", .badDuration), ("health-interval", "61m", .badDuration),
        ("health-interval", "1.5s", .badDuration), ("health-interval", "9999999999999999999s", .badDuration),
        ("health-timeout", "10 s", .badDuration), ("health-timeout", "s", .badDuration),
        ("balance", "random", .badBalance), ("policy", "sometimes", .badPolicy),
        ("priority", "1000001", .badPriority), ("priority", "--1", .badPriority),
        ("priority", "1e3", .badPriority),
        ("priority", "-", .badPriority), ("priority", "+1", .badPriority),
        ("group", "a b", .badGroup), ("group", "-a", .badGroup),
        ("group", String(repeating: "a", count: 64), .badGroup),
        ("network", "a/b", .badNetwork), ("resolver", "le\u{200b}", .unprintable),
        ("resolver", "l`e", .badResolver),
        ("middleware", "auth,", .badMiddleware), ("middleware", "a@b@c", .badMiddleware),
        ("middleware", "../../etc/passwd", .badMiddleware), ("middleware", "auth;return", .badMiddleware),
        ("middleware", (0..<17).map { "m\($0)" }.joined(separator: ","), .tooMany),
        ("address", "fe80::1", .badAddress), ("address", "169.254.1.1", .badAddress),
        ("address", "0.0.0.0", .badAddress),
        ("address", "::", .badAddress), ("address", "224.0.0.1", .badAddress),
        ("address", "ff02::1", .badAddress),
        ("address", "10.0.0.1:80", .badAddress), ("address", "10.0.0.256", .badAddress),
        ("address", "a b", .badAddress),
        ("address", "1.2.3", .badAddress), ("address", "::1%lo", .badAddress),
        ("address", "0x7f000001", .badAddress),
        ("address", "[::1", .badAddress), ("address", "1:2:3:4:5:6:7:8:9", .badAddress),
        ("address", "1::2::3", .badAddress),
        ("tunnel-domain", "10.0.0.1", .ipDomain), ("tunnel-domain", "a.com,b.com", .badDomain),
        ("enable", "", .emptyValue), ("tls", "   ", .emptyValue),
        ("group", String(repeating: "x", count: 10_000), .tooLong),
        ("tls", "true\u{0}", .unprintable), ("tls", "true\r", .unprintable),
        ("group", "\u{202e}x", .unprintable),
    ]) func `that is wrong refuses its service and says so once`(
        property: String, value: String, code: DiagnosticCode
    ) throws {
        let read = parsed(property, value)
        #expect(read.services.isEmpty && read.refused.count == 1)
        let diagnostic = try #require(read.diagnostics.first)
        #expect(read.diagnostics.count == 1 && diagnostic.code == code && diagnostic.severity == .error)
        #expect(diagnostic.label == "snadboy.revp.\(property)")
        for text in [diagnostic.label, diagnostic.value, diagnostic.problem, diagnostic.remedy] {
            #expect(text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && text.utf8.count < 700, "\(text)")
        }
        #expect(
            diagnostic.problem.last == "." && (diagnostic.remedy.last == "." || diagnostic.remedy.last == "?")
        )
    }

    @Test(arguments: [
        ("/", "/"), ("/app", "/app"), ("/app/", "/app"), ("/a/b", "/a/b"), ("/%41", "/A"), ("/%7E", "/~"),
        ("/%c3%bc", "/%C3%BC"), ("/a%20b", "/a%20b"), ("/a@b:c+d=e,f", "/a@b:c+d=e,f"), ("/...", "/..."),
        ("/.x", "/.x"),
    ]) func `of a path has one form`(text: String, form: String) throws {
        #expect(try #require(parsed("path", text).only).path.text == form)
    }

    @Test func `of a health check keeps its last slash`() throws {
        #expect(try #require(parsed("health", "/up/").only).health?.text == "/up/")
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("127.0.0.1", "127.0.0.1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("[2001:db8::7]", "2001:db8::7"), ("::1", "::1"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("::ffff:10.0.0.1", "::ffff:a00:1"), ("fd00::", "fd00::"), ("Shop_Web_1", "shop_web_1"),
        ("db.internal.", "db.internal"),
    ]) func `of an address has one form`(text: String, form: String) throws {
        #expect(try #require(parsed("address", text).only).address?.description == form)
    }

    @Test(arguments: ["true", "TRUE", "True", "1", "yes", "YES", "on", "On", " true "])
    func `is yes in any case`(text: String) throws {
        #expect(try #require(parsed("websocket", text).only).websocket)
    }

    @Test(arguments: ["false", "False", "0", "no", "NO", "off", "oFF"]) func `is no in any case`(text: String)
        throws
    {
        #expect(try #require(parsed("tls", text).only).usesTLS == false)
    }

    @Test func `of few words may have underscores and capitals`() throws {
        #expect(try #require(parsed("balance", "IP_Hash").only).balance == .ipHash)
        #expect(try #require(parsed("scheme", "HTTPS").only).scheme == .https)
    }

    @Test func `of a duration is shown in its largest unit`() throws {
        for (text, shown) in [
            ("60s", "1m"), ("90s", "90s"), ("1s500ms", "1500ms"), ("1h", "60m"), ("100ms", "100ms"),
        ] {
            #expect(try #require(CheckTime(text)).description == shown)
        }
    }
}

import RevP
import Testing

/// Requirement R-31: which domains there are, and what each becomes.
@Suite struct `A domain` {
    @Test(arguments: [
        ("shop.example.com", "shop.example.com"), ("SHOP.Example.COM.", "shop.example.com"),
        ("*.example.com", "*.example.com"), ("a", "a"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"), ("bücher.example", "xn--bcher-kva.example"),
        ("Bücher.Example", "xn--bcher-kva.example"), ("bu\u{308}cher.example", "xn--bcher-kva.example"),
        ("BU\u{308}CHER.example", "xn--bcher-kva.example"), ("straße.de", "xn--strae-oqa.de"),
        ("münchen.de", "xn--mnchen-3ya.de"), ("президент.рф", "xn--d1abbgf6aiiy.xn--p1ai"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"), ("例子.测试", "xn--fsqu00a.xn--0zwm56d"),
        ("실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a"), ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
        ("r3---sn.example", "r3---sn.example"), ("1.example", "1.example"), ("oса.рф", ""),
        ("оса.рф", "xn--80a1aj.xn--p1ai"), ("việtnam.vn", "xn--vitnam-jk8b.vn"),
    ]) func `has one form whatever its spelling`(text: String, form: String) {
        #expect(DomainName(text)?.text == (form.isEmpty ? nil : form))
    }

    @Test(arguments: [
        ("10.0.0.1", DiagnosticCode.ipDomain), ("::1", .ipDomain), ("[2001:db8::1]", .ipDomain),
        ("1.2", .ipDomain), ("example.0x7f", .ipDomain), ("2130706433", .ipDomain), ("10.0.0.1.", .ipDomain),
        ("0x7f000001", .ipDomain), ("fe80::1%eth0", .badDomain),
        ("example.com:8080", .badDomain), ("https://example.com", .badDomain), ("example.com/x", .badDomain),
        ("-a.com", .badDomain), ("a-.com", .badDomain), ("a_b.com", .badDomain), ("a..com", .badDomain),
        (".com", .badDomain), (".", .badDomain), ("..", .badDomain), ("*", .badDomain), ("*.", .badDomain),
        ("a.*.com", .badDomain), ("*a.com", .badDomain), ("*.*.com", .badDomain), ("a b.com", .badDomain),
        (String(repeating: "a", count: 64) + ".com", .badDomain),
        (String(repeating: "a.", count: 126) + "aa", .badDomain),
        (String(repeating: "ü", count: 60) + ".com", .badDomain),
        ("{$HOME}.com", .badDomain), ("`id`.com", .badDomain), ("a\"b.com", .badDomain),
        ("a'b.com", .badDomain),
        ("a;b.com", .badDomain), ("a{b}.com", .badDomain), ("$host", .badDomain), ("a\\b.com", .badDomain),
        ("a\nb.com", .unprintable), ("a\u{0}.com", .unprintable), ("a\t.com", .unprintable),
        ("a\u{200b}b.com", .unprintable), ("a\u{202e}moc.elgoog", .unprintable),
        ("a\u{200d}b.com", .unprintable),
        ("a\u{ad}b.com", .unprintable), ("a\u{fe0f}.com", .unprintable),
        ("gооgle.com", .mixedScripts), ("pаypal.com", .mixedScripts), ("αa.com", .mixedScripts),
        ("аррӏе.com", .lookAlike), ("соѕ.com", .lookAlike), ("ονο.com", .lookAlike), ("aーb.com", .lookAlike),
        ("ｅxample.com", .badDomain), ("example。com", .badDomain), ("ⅷ.com", .badDomain),
        ("😀.com", .badDomain),
        ("مثال.com", .badDomain), ("דוגמה.com", .badDomain),
        ("a\u{301}\u{302}\u{303}\u{304}.com", .badDomain),
        ("xn--.com", .badDomain), ("xn--a.com", .unprintable), ("xn--zzzzzzzzzzzzzz.com", .badDomain),
        ("xn--99999999.com", .badDomain), ("xn--80ak6aa92e.com", .lookAlike), ("xn--ab-.com", .badDomain),
        ("İstanbul.com", .badDomain), ("üa--b.com", .badDomain), ("ab--ü.com", .badDomain),
        ("-ü.com", .badDomain),
    ]) func `that is none is refused with its kind`(text: String, code: DiagnosticCode) {
        let read = parsed(["snadboy.revp.domain": text])
        #expect(read.services.isEmpty && read.refused.count == 1)
        #expect(read.codes == [code])
        #expect(DomainName(text) == nil)
    }

    /// RFC 1035: 63 bytes a part, 253 in all.
    @Test func `may be exactly as long as allowed`() {
        let part = String(repeating: "a", count: 63)
        #expect(DomainName(part + ".com") != nil)
        let longest = [part, part, part, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(longest.utf8.count == 253 && DomainName(longest)?.text == longest)
        #expect(DomainName(longest + ".")?.text == longest)
        #expect(DomainName(longest + "b") == nil)
    }

    @Test func `of a list says by itself whether it is redirected`() throws {
        let list = "A.example.com:redirect, b.example.com:NOREDIRECT ,c.example.com"
        let service = try #require(parsed("redirect", "no").services.first)
        #expect(!service.redirects(service.domains[0]))
        for (redirect, expected) in [("yes", [true, false, true]), ("no", [true, false, false])] {
            let read = parsed(["snadboy.revp.domain": list, "snadboy.revp.redirect": redirect])
            let service = try #require(read.only)
            #expect(service.domains.map(\.name.text) == ["a.example.com", "b.example.com", "c.example.com"])
            #expect(service.domains.map(service.redirects) == expected)
        }
        let tunnel = try #require(parsed(["snadboy.revp.domain": list, "snadboy.revp.tunnel": "1"]).only)
        #expect(tunnel.domains.allSatisfy { !tunnel.redirects($0) })
        let plain = try #require(parsed(["snadboy.revp.domain": list, "snadboy.revp.tls": "0"]).only)
        #expect(plain.domains.allSatisfy { !plain.redirects($0) })
    }

    @Test func `of a list that is wrong leaves the others`() throws {
        let read = parsed(["snadboy.revp.domain": "a.example.com,10.0.0.1,,A.example.com,b.example.com:8080"])
        #expect(try #require(read.only).domains.map(\.name.text) == ["a.example.com"])
        #expect(Set(read.codes) == [.ipDomain, .badDomain, .duplicateDomain] && read.codes.count == 4)
        let torn = parsed(["snadboy.revp.domain": "a.example.com:redirect,a.example.com:noredirect"])
        #expect(torn.codes == [.conflict])
        let many = (0..<65).map { "a\($0).com" }.joined(separator: ",")
        #expect(parsed(["snadboy.revp.domain": many]).codes == [.tooMany])
    }
}

import Inventory
import Testing

/// Requirement B6: docker's `name` filter takes Go's regular expressions.
@Suite struct `A regular expression` {
    @Test(
        arguments: [
            ("", "x", true), ("web", "my-web-1", true), ("web", "wed", false), ("^web$", "web", true),
            ("^web$", "web1", false),
            ("^web", "aweb", false), ("web$", "webs", false), ("^$", "", true), ("^$", "a", false),
            ("w.b", "wab", true),
            ("w.b", "w\nb", false), ("(?s)w.b", "w\nb", true), ("a*b", "b", true), ("a+b", "b", false),
            ("a?b", "xb", true),
            ("^(web|db)-[0-9]+$", "db-42", true), ("^(web|db)-[0-9]+$", "db-", false),
            ("[^a-c]", "abc", false),
            ("[]a]", "]", true), ("[a-]", "-", true), ("^[[:alpha:]]+$", "aB", true),
            ("^[[:^alpha:]]+$", "aB", false),
            ("^\\d{2,3}$", "1", false), ("^\\d{2,3}$", "12", true), ("^\\d{2,3}$", "1234", false),
            ("^\\d{2,}$", "12345", true),
            ("^a{2}$", "aa", true), ("a{,2}", "a{,2}", true), ("a{x", "a{x", true), ("^x{0}y$", "y", true),
            ("\\bweb\\b", "my web 1", true), ("\\bweb\\b", "myweb", false), ("\\Bweb", "myweb", true),
            ("(?i)WEB", "my-web", true), ("(?i:W)eb", "wEb", false), ("(?i:W)eb", "web", true),
            ("(?i)[^w]", "wW", false),
            ("(?m)^b$", "a\nb\nc", true), ("^b$", "a\nb\nc", false), ("\\Ab\\z", "b", true),
            ("(?P<n>a)(?<m>b)(?:c)", "abc", true),
            ("\\x41\\x{42}\\103", "ABC", true), ("\\Qa.b\\E.c", "a.bxc", true), ("\\Qa.b", "axb", false),
            ("\\.", "a", false),
            ("a.b", "a.b", true), ("[\\d-]", "-", true), ("[\\w.]+@", "a.b@", true), ("(a|b|)c", "c", true),
            ("(a*)*b", "aaab", true),
            ("(a*)+", "", true), ("(|a)*", "", true), ("a*?b", "aab", true), ("\\pattern", "x", nil),
            ("é", "caf\u{E9}", true),
            ("^/?web", "/web", true),
        ] as [(String, String, Bool?)]) func `means what it means to Go`(
            source: String, text: String, matches: Bool?
        ) throws
    {
        let pattern = try? Pattern(source)
        #expect(pattern?.matches(text) == matches, "\(source) on \(text)")
    }

    @Test(arguments: [
        ("a(", 1), ("a)", 1), ("*a", 0), ("a**", 2), ("a+*", 2), ("[a", 0), ("[b-a]", 2), ("[[:nope:]]", 1),
        ("\\", 0),
        ("a{1001}", 1), ("a{3,2}", 1), ("(?z)", 0), ("(?P<>a)", 0), ("\\q", 0), ("\\1", 0), ("\\x4", 0),
        ("(?", 0), ("\\pL", 0),
        ("((((a{100}){100}){100}){100})", 0),
    ]) func `that is none is refused with its place`(source: String, position: Int) throws {
        do throws(PatternError) {
            _ = try Pattern(source)
            Issue.record("\(source) was taken")
        } catch {
            #expect(error.position == position, "\(source): \(error)")
        }
    }

    /// H7: what a user sends costs a bounded time; a backtracking engine would need longer than the universe has.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            (String(repeating: "a?", count: 100) + String(repeating: "a", count: 100), true),
            ("(a*)*b", false),
            ("(a|aa)+$", true), ("((a+)+)+b", false), ("(x+x+)+y", false),
            ("^(([a-z])+.)+[A-Z]([a-z])+$", false),
            ("(.*)*(.*)*(.*)*z", false),
        ]) func `takes time in proportion, however hostile`(source: String, matches: Bool) throws
    {
        let pattern = try Pattern(source)
        #expect(pattern.matches(String(repeating: "a", count: 512)) == matches)
    }

    @Test func `that is hostile in size is refused at once`() {
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: 513)) }
        #expect(throws: PatternError.self) {
            try Pattern(String(repeating: "(", count: 200) + String(repeating: ")", count: 200))
        }
        // Nothing, a thousand times to the tenth power.
        let nothing = String(repeating: "(", count: 10) + String(repeating: "){1000}", count: 10)
        #expect((try? Pattern(nothing)) != nil)
        #expect(throws: PatternError.self) {
            try Pattern(String(repeating: "(", count: 10) + "a" + String(repeating: "){1000}", count: 10))
        }
    }

    @Test func `that is any text never traps`() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", "\\", "a", "-", ",", "1", ":", "(?",
            "[:", ":]", "\\Q", "é", ".", "P<", ">",
        ]
        for _ in 0..<3_000 {
            let source = (0..<Int.random(in: 0...12)).compactMap { _ in pieces.randomElement(using: &random) }
                .joined()
            _ = (try? Pattern(source))?.matches("ab-1é(")
        }
    }
}

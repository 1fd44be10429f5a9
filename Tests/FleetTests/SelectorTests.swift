import Inventory
import Testing

/// Requirement B6, the label part.
@Suite struct `A label selector` {
    private typealias Requirement = Selector.Requirement

    static let good: [(String, [Selector.Requirement])] = [
        ("", []),
        ("  ", []),
        ("a", [Requirement("a", .exists)]),
        ("!a", [Requirement("a", .isMissing)]),
        (" ! a , b ", [Requirement("a", .isMissing), Requirement("b", .exists)]),
        ("a=b", [Requirement("a", .isAny(of: ["b"]))]),
        ("a == b", [Requirement("a", .isAny(of: ["b"]))]),
        ("a!=b", [Requirement("a", .isNone(of: ["b"]))]),
        ("a=", [Requirement("a", .isAny(of: [""]))]),
        ("a in (x, y)", [Requirement("a", .isAny(of: ["x", "y"]))]),
        ("a in(x,)", [Requirement("a", .isAny(of: ["x", ""]))]),
        ("a notin (x),b", [Requirement("a", .isNone(of: ["x"])), Requirement("b", .exists)]),
        ("com.example/a-b_c=1.2/3:4", [Requirement("com.example/a-b_c", .isAny(of: ["1.2/3:4"]))]),
        ("rule=\"Host(`a.b`)\"", [Requirement("rule", .isAny(of: ["Host(`a.b`)"]))]),
        ("a=\"b=c!\"", [Requirement("a", .isAny(of: ["b=c!"]))]),
        ("a=\"b, \\\"c\\\" \\\\\"", [Requirement("a", .isAny(of: ["b, \"c\" \\"]))]),
        ("\"a b\" in (\"x)\",é)", [Requirement("a b", .isAny(of: ["x)", "é"]))]),
        ("in in (in)", [Requirement("in", .isAny(of: ["in"]))]),
        ("notin,int", [Requirement("notin", .exists), Requirement("int", .exists)]),
    ]

    @Test(arguments: good) func `reads kubectl's grammar`(text: String, wanted: [Selector.Requirement]) throws
    {
        let selector = try Selector(parsing: text)
        #expect(selector.requirements == wanted)
        #expect(try Selector(parsing: selector.description) == selector)
    }

    static let bad: [(String, Int, String)] = [
        (",", 0, "the name of a label"),
        ("a,", 2, "the name of a label"),
        ("=b", 0, "the name of a label"),
        ("!", 1, "the name of a label"),
        ("!a=b", 2, "“,” or the end"),
        ("a=(", 2, "a value"),
        ("a = (b)", 4, "a value"),
        ("a=b(c)", 3, "“,” or the end"),
        ("a===b", 3, "a value"),
        ("a=b=c", 3, "“,” or the end"),
        ("a!==b", 3, "a value"),
        ("a>1", 1, "“=”, “==”"),
        ("a=b c", 4, "“,” or the end"),
        ("a!b", 2, "“=” after “!”"),
        ("a b", 2, "“=”, “==”"),
        ("a int (b)", 2, "“=”, “==”"),
        ("a in b", 5, "“(”"),
        ("a in ()", 6, "a value"),
        ("a in (b", 7, "“,” or “)”"),
        ("a in (b c)", 8, "“,” or “)”"),
        ("a=\"b", 4, "a closing"),
        ("a=\"\\n\"", 4, "after “\\”"),
        ("é=b c", 4, "“,” or the end"),
    ]

    @Test(arguments: bad) func `says where it fails and what it expected`(
        text: String, position: Int, expected: String,
    ) {
        let error = #expect(throws: SelectorError.self) { try Selector(parsing: text) }
        #expect(error?.position == position)
        #expect(error?.expected.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test func `is bounded`() {
        let text = Array(repeating: "a", count: 101).joined(separator: ",")
        #expect(throws: SelectorError.self) { try Selector(parsing: text) }
    }

    @Test(arguments: [
        ("tier=web", true), ("tier!=web", false), ("tier!=db", true), ("none!=x", true),
        ("none notin (x)", true),
        ("tier in (db,web)", true), ("tier notin (db,web)", false), ("none", false), ("!none", true),
        ("tier", true),
        ("!tier", false), ("tier=web,none", false), ("empty=", true), ("none=", false), ("", true),
        ("accent=e\u{301}", false), ("accent=\u{e9}", true),
    ]) func `chooses by labels as kubectl does`(text: String, isChosen: Bool) throws {
        let labels = ["tier": "web", "empty": "", "accent": "\u{e9}"]
        #expect(try Selector(parsing: text).matches(labels) == isChosen)
    }

    @Test func `survives any text`() {
        var sample = Sample(seed: 5)
        let pieces = ["a", "!", "=", ",", "(", ")", " ", "in", "notin", "\"", "\\", "é", "\u{0}"]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...12, using: &sample.random)).map { _ in sample.pick(pieces) }
                .joined()
            guard let selector = try? Selector(parsing: text) else { continue }
            #expect((try? Selector(parsing: selector.description)) == selector, "\(text)")
        }
    }
}

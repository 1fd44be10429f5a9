import Docker
import Inventory
import JSON
import Testing
import Watch
import Wire

/// What of an Engine's answer leaves the host.
@Suite struct `A record` {
    private static let id = String(repeating: "0123456789abcdef", count: 4)
    private static let key = SipHash.Key(low: 1, high: 2)

    private static func record(
        environment: [String] = [], labels: [(String, String)] = [], other: String = "",
        _ redaction: Redaction = Redaction(), key: SipHash.Key = key
    ) throws -> Container {
        let environment = JSONValue.array(environment.map { .string($0) }).encoded
        let labels = JSONValue.object(labels.map { .init($0.0, .string($0.1)) }).encoded
        let text =
            "{\"Id\":\"\(id)\",\"Name\":\"/aa\",\"Config\":{\"Env\":\(String(decoding: environment, as: UTF8.self)),"
            + "\"Labels\":\(String(decoding: labels, as: UTF8.self))}\(other)}"
        let inspection = try Inspection(parsing: Array(text.utf8))
        return RecordMaker(redaction: redaction, key: key).record(of: inspection, image: "bb:1")
    }

    private static func digest(_ value: EnvironmentValue?) -> String? {
        if case .digest(let digest) = value { digest } else { nil }
    }

    /// H5: names only, unless the policy says otherwise; a changed value can be seen to have changed.
    @Test func `shows names of variables, not values`() throws {
        let one = try Self.record(environment: ["TOKEN=hunter2", "EMPTY=", "BARE", "TWICE=1", "TWICE=2"])
        let digest = try #require(Self.digest(one.config.environment["TOKEN"]))
        #expect(digest.count == 16)
        #expect(digest.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        #expect(Set(one.config.environment.keys) == ["TOKEN", "EMPTY", "BARE", "TWICE"])
        let again = try Self.record(environment: ["TOKEN=hunter2"])
        #expect(again.config.environment["TOKEN"] == one.config.environment["TOKEN"])
        let changed = try Self.record(environment: ["TOKEN=hunter3"])
        #expect(changed.config.environment["TOKEN"] != one.config.environment["TOKEN"])
        let renamed = try Self.record(environment: ["OTHER=hunter2"])
        #expect(renamed.config.environment["OTHER"] != one.config.environment["TOKEN"])
        let elsewhere = try Self.record(environment: ["TOKEN=hunter2"], key: SipHash.Key(low: 3, high: 4))
        #expect(elsewhere.config.environment["TOKEN"] != one.config.environment["TOKEN"])
    }

    /// H5.
    @Test func `shows the values that the policy allows`() throws {
        let redaction = Redaction(environment: .allow([Pattern("APP_*"), Pattern("TZ")]))
        let record = try Self.record(environment: ["APP_MODE=a=b", "TZ=UTC", "SECRET=x"], redaction)
        #expect(record.config.environment["APP_MODE"] == .value("a=b"))
        #expect(record.config.environment["TZ"] == .value("UTC"))
        #expect(Self.digest(record.config.environment["SECRET"]) != nil)
        let all = try Self.record(environment: ["SECRET=x"], Redaction(environment: .all))
        #expect(all.config.environment["SECRET"] == .value("x"))
    }

    /// H5.
    @Test func `replaces the values of hidden labels`() throws {
        let redaction = Redaction(hiddenLabels: [Pattern("*.password")])
        let record = try Self.record(labels: [("db.password", "hunter2"), ("db.user", "app")], redaction)
        #expect(record.config.labels["db.password"]?.hasPrefix("redacted:") == true)
        #expect(record.config.labels["db.password"]?.contains("hunter2") == false)
        #expect(record.config.labels["db.user"] == "app")
    }

    /// The design's limits on content: a label's value is cut at 4 KiB, between two characters, and noted.
    @Test(arguments: 0..<4) func `cuts a long label between two characters`(shift: Int) throws {
        let value = String(repeating: "x", count: shift) + String(repeating: "🐳", count: 2_000)
        let record = try Self.record(labels: [("long", value)])
        let kept = try #require(record.config.labels["long"])
        #expect((4_093...4_096).contains(kept.utf8.count))
        #expect(value.hasPrefix(kept))
        #expect(record.config.truncated["labels.long"]?.length == Int64(8_000 + shift))
        let other = try Self.record(labels: [("long", value + "y")])
        #expect(
            other.config.truncated["labels.long"]?.digest != record.config.truncated["labels.long"]?.digest)
    }

    /// 512 labels stay: those that routes and stacks are made of first.
    @Test func `keeps the labels that matter when there are too many`() throws {
        var labels = (0..<20_000).map { ("a.\($0)", "1") }
        labels += [("snadboy.revp.80.domain", "a.example"), ("com.docker.compose.project", "shop")]
        let record = try Self.record(labels: labels)
        #expect(record.config.labels.count == 512)
        #expect(record.config.labels["snadboy.revp.80.domain"] == "a.example")
        #expect(record.compose?.project == "shop")
        #expect(record.config.truncated["labels"]?.length == 20_002)
    }

    /// 256 KiB for a facet, whatever the Engine says, escapes included.
    @Test func `keeps every facet within its limit`() throws {
        let wide = String(repeating: "\u{1}", count: 4_096)
        let words = JSONValue.array((0..<60).map { _ in .string(wide) }).encoded
        let ports = JSONValue.object((1...6_000).map { .init("\($0)/tcp", .null) }).encoded
        let long = String(repeating: "é", count: 100_000)
        let record = try Self.record(
            environment: (0..<2_000).map { "VARIABLE_\($0)_\(String(repeating: "N", count: 200))=1" },
            labels: (0..<80).map { ("label.\($0)", wide) },
            other: """
                ,"State":{"Status":"exited","Error":"\(long)"},"HostConfig":{"Links":\(String(decoding: words, as: UTF8.self))},
                "Mounts":[{"Type":"bind","Source":"\(long)","Destination":"/x"}],
                "NetworkSettings":{"Ports":\(String(decoding: ports, as: UTF8.self))}
                """)
        let encoded = EncodedContainer(record)
        for facet in Facet.allCases {
            #expect((encoded[facet]?.count ?? 0) <= 256 << 10, "\(facet)")
        }
        let truncated = record.config.truncated
        #expect(truncated["labels"] != nil)
        #expect(truncated["env"] != nil)
        #expect(truncated["network.ports"]?.length == 6_000)
        #expect(truncated["status.error"]?.length == 200_000)
        #expect(truncated["mounts.0"] != nil)
        #expect(record.network.ports.count > 1_000)
    }

    /// Equal answers give equal bytes, whatever order their parts came in.
    @Test func `is the same for the same container`() throws {
        let one = try Self.record(
            environment: ["A=1", "B=2"], labels: [("x", "1"), ("y", "2")],
            other: ",\"Mounts\":[{\"Destination\":\"/b\"},{\"Destination\":\"/a\"}]")
        let other = try Self.record(
            environment: ["B=2", "A=1"], labels: [("y", "2"), ("x", "1")],
            other: ",\"Mounts\":[{\"Destination\":\"/a\"},{\"Destination\":\"/b\"}]")
        #expect(EncodedContainer(one) == EncodedContainer(other))
    }

    @Test(arguments: [
        ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true), ("a*c", "abbcd", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false), ("", "", true), ("", "a", false), ("*a*b*", "xxaxxbxx", true),
        ("APP_*", "app_x", false),
        ("**a", "a", true), ("a", "aa", false),
    ])
    func `matches names against patterns`(pattern: String, name: String, matches: Bool) {
        #expect(Pattern(pattern).matches(name.utf8) == matches)
    }
}

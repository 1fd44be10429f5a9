import AgentCore
import OS
import Settings
import TestSupport
import Testing

/// A1: how groups of aggregators are written.
@Suite struct `An agent's aggregators` {
    private static func resolve(
        _ arguments: [String] = [], environment: [String: String] = [:], yaml: String? = nil
    ) throws -> Configuration {
        let input = SettingsInput(
            arguments: arguments, environment: { environment[$0] },
            read: { (_, _) throws(SettingsInput.FileProblem) in
                guard let yaml else { throw .missing }
                return Array(yaml.utf8)
            })
        guard case .run(let settings) = try AgentSettings.table.resolve(input) else {
            throw Unexpected("help was asked for")
        }
        return settings
    }

    private static let wanted: [[SocketAddress]] = [
        [.host("a", port: 4680), .host("b", port: 4680)], [.host("c", port: 4680)],
    ]

    @Test func `are the same from flags, the environment and the file`() throws {
        let all = [
            try Self.resolve(["--aggregator", "a:4680,b:4680", "--aggregator", "c:4680"]),
            try Self.resolve(environment: ["BAYPLAN_AGGREGATOR": "a:4680,b:4680 c:4680"]),
            try Self.resolve(yaml: #"aggregator: [ "a:4680,b:4680", "c:4680" ]"#),
            try Self.resolve(yaml: "aggregator:\n  - a:4680,b:4680\n  - c:4680\n"),
        ]
        for settings in all {
            #expect(settings[AgentSettings.aggregators] == Self.wanted)
            let row = settings.describe().first { $0.name == "aggregator" }
            #expect(row?.value == "a:4680,b:4680 c:4680")
        }
        #expect(
            all[2].describe().first { $0.name == "aggregator" }?.origin == "file:/etc/bayplan/agent.yaml:1")
        #expect(
            try Self.resolve(yaml: "aggregator: a:4680,b:4680")[AgentSettings.aggregators] == [Self.wanted[0]]
        )
    }

    @Test func `are refused with the place where a wrong one stands`() throws {
        for wrong in ["a:4680,", ",a:4680", "a:4680,,b:4680", "a", "unix:///run/x.sock", "a:99999"] {
            let flag = #expect(throws: SettingsError.self) { try Self.resolve(["--aggregator", wrong]) }
            #expect(flag.map { "\($0)".contains("--aggregator") && "\($0)".contains(wrong) } == true)
            let file = #expect(throws: SettingsError.self) {
                try Self.resolve(yaml: "state: /x\naggregator: [ \"a:4680\", \"\(wrong)\" ]")
            }
            #expect(file.map { "\($0)".hasPrefix("/etc/bayplan/agent.yaml:2:13: ") } == true)
        }
    }

    @Test func `may be named by several token files`() throws {
        let flags = try Self.resolve(["--token-file", "/a,b", "--token-file", "/c d"])
        #expect(flags[AgentSettings.tokenFiles] == ["/a,b", "/c d"])
        let environment = try Self.resolve(environment: ["BAYPLAN_TOKEN_FILE": "/a:/b"])
        #expect(environment[AgentSettings.tokenFiles] == ["/a", "/b"])
        let file = try Self.resolve(yaml: "token-file: [ /a, /b ]\nca-file: /ca.pem")
        #expect(file[AgentSettings.tokenFiles] == ["/a", "/b"] && file[AgentSettings.caFile] == "/ca.pem")
    }
}

import AgentCore
import AggregatorCore
import OS
import Settings
import Testing

/// Requirements B1 and B2: lifetimes, retention and refresh intervals as settings.
@Suite struct `What is kept how long` {
    private func settings(_ table: SettingsTable, _ arguments: [String]) throws -> Configuration {
        let input = SettingsInput(arguments: arguments, environment: { _ in nil }) {
            (_, _) throws(SettingsInput.FileProblem) in throw .missing
        }
        guard case .run(let settings) = try table.resolve(input) else { throw Unexpected("no settings") }
        return settings
    }

    private func shown(_ table: SettingsTable, _ arguments: [String]) throws -> [String: String] {
        let rows = try settings(table, arguments).describe()
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, "\($0.value) \($0.origin)") })
    }

    @Test func `has the defaults of the requirements`() throws {
        let rows = try shown(AggregatorSettings.table, [])
        #expect(rows["stats-lifetime"] == "2m default" && rows["status-lifetime"] == "5m default")
        #expect(rows["network-lifetime"] == "5m default" && rows["config-lifetime"] == "1h default")
        #expect(rows["compose-lifetime"] == "2h default")
        #expect(rows["memory-retention"] == "1h default" && rows["disk-retention"] == "7d default")
        #expect(
            rows["memory-cleanup-interval"] == "5m default" && rows["disk-cleanup-interval"] == "1h default")
        let agent = try shown(AgentSettings.table, [])
        #expect(agent["reconcile-interval"] == "1m default" && agent["config-interval"] == "10m default")
        #expect(agent["stats-interval"] == "30s default")
    }

    @Test(arguments: [
        ("fast", ["stats-lifetime": "1m", "status-lifetime": "2m"], ["reconcile-interval": "30s"]),
        ("stable", ["stats-lifetime": "5m", "status-lifetime": "10m"], ["reconcile-interval": "2m"]),
        ("small", ["memory-retention": "30m"], ["stats-interval": "1m30s"]),
        ("memory", ["memory-retention": "2h", "memory-cleanup-interval": "10m"], [:]),
        (
            "disk",
            ["memory-retention": "30m", "disk-retention": "30d", "memory-cleanup-interval": "3m"], [:]
        ),
    ])
    func `follows a profile`(name: String, here: [String: String], there: [String: String]) throws {
        for (table, values) in [(AggregatorSettings.table, here), (AgentSettings.table, there)] {
            let before = try shown(table, [])
            for (setting, value) in try shown(table, ["--profile", name]) where setting != "profile" {
                #expect(value == (values[setting].map { "\($0) profile \(name)" } ?? before[setting]))
            }
        }
    }

    @Test(arguments: [
        ["--status-lifetime", "0s"], ["--status-lifetime", "-5s"], ["--config-lifetime", "900d"],
        ["--memory-retention", "0s"], ["--disk-cleanup-interval", "0"], ["--profile", "quick"],
    ])
    func `refuses what is absurd with a sentence`(arguments: [String]) throws {
        #expect {
            try settings(AggregatorSettings.table, arguments)
        } throws: { error in
            "\(error)".contains("must be") || "\(error)".contains("is no")
        }
    }

    @Test func `refuses a memory that outlives the disk`() throws {
        let odd = try settings(
            AggregatorSettings.table, ["--memory-retention", "2h", "--disk-retention", "1h"])
        #expect {
            try Keeping(odd)
        } throws: { "\($0)".contains("--memory-retention (2h) is longer than --disk-retention (1h)") }
    }
}

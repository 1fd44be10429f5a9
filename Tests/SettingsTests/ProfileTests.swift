import OS
import Settings
import Testing

/// Requirement B1: profiles set several settings at once.
@Suite struct `A profile` {
    private static let age = Setting(
        "age", .duration(.seconds(1) ... .seconds(3_600)), default: .seconds(300), help: "How old.")
    private static let size = Setting("size", .count(1...9), default: 3, help: "How large.")
    private static let profile = Setting(
        "profile", optional: .choice(["fast", "small"]), help: "Several at once.")
    private static let table = SettingsTable(
        program: "sample", summary: "Shows profiles.", defaultFile: "/etc/sample.yaml",
        settings: [age, size, profile],
        profiles: (
            setting: "profile",
            all: [
                SettingsProfile("fast", ["age": "60s", "size": "9"]), SettingsProfile("small", ["size": "1"]),
            ]
        ))

    private func resolve(
        _ arguments: [String], environment: [String: String] = [:], file: String? = nil
    ) throws -> [String] {
        let input = SettingsInput(arguments: arguments, environment: { environment[$0] }) {
            (_, _) throws(SettingsInput.FileProblem) in
            guard let file else { throw .missing }
            return Array(file.utf8)
        }
        guard case .run(let settings) = try Self.table.resolve(input) else { return [] }
        return settings.describe().prefix(2).map { "\($0.name) \($0.value) \($0.origin)" }
    }

    @Test func `sets what nobody sets by itself, and is told as the origin`() throws {
        #expect(try resolve([]) == ["age 5m default", "size 3 default"])
        #expect(try resolve(["--profile", "fast"]) == ["age 1m profile fast", "size 9 profile fast"])
        #expect(try resolve(["--profile", "small"]) == ["age 5m default", "size 1 profile small"])
    }

    @Test func `is weaker than anything that is set by itself, wherever that stands`() throws {
        let fast = ["--profile", "fast"]
        #expect(try resolve(fast + ["--age", "2m"]) == ["age 2m flag --age", "size 9 profile fast"])
        #expect(
            try resolve(fast, environment: ["BAYPLAN_SIZE": "4"])
                == ["age 1m profile fast", "size 4 environment BAYPLAN_SIZE"])
        #expect(
            try resolve(fast, file: "size: 5\n") == ["age 1m profile fast", "size 5 file:/etc/sample.yaml:1"])
    }

    @Test func `is chosen by flag, environment or file, in that order`() throws {
        #expect(try resolve([], file: "profile: fast\n")[1] == "size 9 profile fast")
        #expect(
            try resolve([], environment: ["BAYPLAN_PROFILE": "small"], file: "profile: fast\n")[1]
                == "size 1 profile small")
        #expect(
            try resolve(["--profile", "fast"], environment: ["BAYPLAN_PROFILE": "small"])[1]
                == "size 9 profile fast")
    }

    @Test func `that there is not is refused with those that there are`() throws {
        #expect {
            try resolve(["--profile", "quick"])
        } throws: { error in
            "\(error)".contains("fast") && "\(error)".contains("quick")
        }
    }
}

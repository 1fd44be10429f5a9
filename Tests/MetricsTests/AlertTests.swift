import OS
import TestSupport
import Testing

/// Requirements C7 and H8: the rules in docs/prometheus, by Prometheus' own tools.
@Suite struct `The alert rules` {
    private static var folder: String {
        // Tests/MetricsTests/AlertTests.swift → docs/prometheus
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/docs/prometheus"
    }

    @Test(arguments: [["check", "rules", "alerts.yaml"], ["test", "rules", "alerts.test.yaml"]])
    func `please promtool`(words: [String]) async throws {
        ToolUse.record("promtool")
        let path = "\(Self.folder)/\(words[2])"
        let run = try await ProcessFixture.run("/usr/bin/promtool", [words[0], words[1], path])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
    }
}

import OS
import Settings
import Testing

/// The configuration file that `make install` puts into /etc/bayplan is made from the table.
@Suite struct `A commented configuration file` {
    private static let table = SettingsTable(
        program: "p", summary: "Does it.", defaultFile: "/p.yaml",
        settings: [
            Setting("door", .address, default: .every(port: 4680), group: "Doors", help: "Where."),
            Setting(
                "http", .list(of: .address), default: [.every(port: 1), .every(port: 2)], group: "Doors",
                help: "Where too."),
            Setting("host-id", optional: .text("ID"), group: "Doors", help: "Who."),
            Setting("odd", .text("TEXT"), default: #"no: "\ #"#, group: "Other", help: "What."),
            Setting("pace", .duration(.zero ... .seconds(60)), default: .milliseconds(50), help: "When."),
            Setting("token", optional: .text("TOKEN"), group: "Other", help: "Which.", secret: true),
        ])

    private func resolve(_ text: String) throws -> Configuration {
        let input = SettingsInput(
            arguments: [], environment: { _ in nil },
            read: { (_, _) throws(SettingsInput.FileProblem) in Array(text.utf8) })
        guard case .run(let settings) = try Self.table.resolve(input) else { throw Unexpected() }
        return settings
    }

    private struct Unexpected: Error {}

    @Test func `changes nothing as it is, and explains every setting`() throws {
        let file = Self.table.commentedFile()
        #expect(try resolve(file).describe().allSatisfy { $0.origin == "default" })
        for setting in Self.table.settings {
            #expect(file.contains("\n#\(setting.facts.name)"), "\(setting.facts.name)")
            #expect(file.contains("\n# \(setting.facts.help)"))
        }
        #expect(file.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func `says the defaults in such a way that they can be uncommented`() throws {
        let lines = Self.table.commentedFile().split(separator: "\n")
            .filter {
                $0.hasPrefix("#") && !$0.hasPrefix("# ") && !$0.hasSuffix(": ID") && !$0.hasSuffix(": PATH")
            }
        let text = lines.map { $0.dropFirst() }.joined(separator: "\n")
        let expected = try resolve("").describe()
        let found = try resolve(text).describe()
        #expect(found.map(\.value) == expected.map(\.value))
        #expect(found.count { $0.origin.hasPrefix("file:") } == 4)
    }
}

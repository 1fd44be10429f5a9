import Inventory
import JSON
import Settings

/// `bayplan version`: which program this is, and which aggregator answers.
enum VersionCommand {
    static let command = Command(
        name: "version",
        summary: "Show the versions of this program and of the aggregator",
        usage: "[OPTIONS]",
        about: "Shows the version of this program and, if it answers, of the aggregator.",
        options: [ListingOptions.output],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        var server: JSONValue?
        var problem: Failure?
        do throws(Failure) {
            let body = try await call.api.get(Query("version"))
            do throws(JSONError) {
                server = try JSONValue(parsing: body)
            } catch {
                throw Failure.unreadable(error)
            }
        } catch {
            problem = error
        }
        if call.settings[ListingOptions.output] == "json" {
            var writer = JSONWriter()
            writer.object { writer in
                writer.object("client") { $0.member("version", bayplanVersion) }
                writer.key("aggregator")
                writer.value(server ?? .null)
            }
            try call.show(document: writer.bytes)
        } else {
            try call.surroundings.output.line("bayplan     \(bayplanVersion)")
            if let server {
                let protocols = (server["protocols"]?.elements ?? []).compactMap(\.integer).map { "\($0)" }
                let version = server["version"]?.string ?? "?"
                let api = server["apiVersion"]?.string ?? "?"
                let text =
                    "aggregator  \(version) (API \(api), agent protocols \(protocols.joined(separator: ", ")))"
                try call.surroundings.output.line(TerminalText.safe(text))
            }
        }
        if let problem { call.note("The aggregator's version is missing here. \(problem.sentence)") }
        return .ok
    }
}

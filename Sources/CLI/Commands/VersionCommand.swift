import Inventory
import JSON
import Settings
import Template

/// `bayplan version`: which program this is, and which aggregator answers.
enum VersionCommand {
    static let command = Command(
        name: "version",
        summary: "Show the versions of this program and of the aggregator",
        usage: "[OPTIONS]",
        about: "Shows the version of this program and, if it answers, of the aggregator.",
        options: [ListingOptions.documentOutput, ListingOptions.documentFormat],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        let format = call.settings[ListingOptions.documentFormat]
        let template = if let format { try DocumentTemplate(format) } else { DocumentTemplate?.none }
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
        let form = call.settings[ListingOptions.documentOutput]
        if let template {
            guard form == "table" else {
                throw Failure(.usage, "-o \(form) can't be combined with --format; leave one out.")
            }
            try call.page(try template.line(value(server), call))
        } else if form != "table" {
            var writer = JSONWriter()
            writer.object { writer in
                writer.object("client") { $0.member("version", bayplanVersion) }
                writer.key("aggregator")
                writer.value(server ?? .null)
            }
            try call.show(document: writer.bytes, as: form == "yaml" ? .yaml : .json)
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

    /// The versions by docker's names: `.Client.Version`, `.Server.Version`.
    private static func value(_ server: JSONValue?) -> Value {
        let client = Record(named: "Client", [("Version", .text(bayplanVersion))])
        let aggregator = server.map { server in
            Value.record(
                Record(
                    named: "Server",
                    [
                        ("Version", .foreign(server["version"]?.string ?? "")),
                        ("APIVersion", .foreign(server["apiVersion"]?.string ?? "")),
                        ("Protocols", .list((server["protocols"]?.elements ?? []).map { Value($0) })),
                    ]))
        }
        return .record(
            Record(named: "version", [("Client", .record(client)), ("Server", aggregator ?? .none)]))
    }
}

import JSON
import Settings

/// `bayplan health log`: what a container's health checks printed, as its Engine keeps it (requirement C2).
enum HealthLogCommand {
    static let command = Command(
        name: "health log",
        summary: "Show what a container's last health checks printed",
        usage: "[OPTIONS] [HOST/]CONTAINER",
        about: """
            Shows the results that the Engine keeps of a container's health check, five at most, the oldest first: \
            when each began, how it ended, and what it printed. They are read from the host when they are asked for.
            """,
        options: [ListingOptions.plainOutput],
        arguments: 1...1,
        examples: [("health log web", "Why `web` is unhealthy.")],
        run: { call throws(Failure) in
            let found = try await InspectCommand.find(call.arguments[0], call.api)
            var query = Query("containers", found.host, found.id, "health-log")
            query.add("timeout", call.api.hostPatience)
            let body = try await call.api.get(query)
            guard call.settings[ListingOptions.plainOutput] == "table" else {
                try call.show(document: body, as: .json)
                return .ok
            }
            guard let document = try? JSONValue(parsing: body) else {
                throw Failure(.failed, "The aggregator gave no usable answer.")
            }
            let status = document["status"]?.string ?? ""
            guard !status.isEmpty, status != "none" else {
                throw Failure(.failed, "\(found.hostTitle)/\(found.name) has no health check.")
            }
            let streak = document["failingStreak"]?.integer ?? 0
            try call.surroundings.output.line(
                TerminalText.safe(status) + (streak > 0 ? ", \(streak) failures in a row" : ""))
            for run in document["log"]?.elements ?? [] {
                let code = run["exitCode"]?.integer ?? 0
                try call.surroundings.output.line(
                    TerminalText.safe("\(run["start"]?.string ?? "")  exit \(code)"))
                for line in (run["output"]?.string ?? "").split(separator: "\n") {
                    try call.surroundings.output.line("    " + TerminalText.safe(String(line)))
                }
            }
            return .ok
        },
    )
}

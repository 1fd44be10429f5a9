import JSON
import OS
import Settings

extension StackCommands {
    /// `bayplan stack compose-file`: what a project's Compose files say now, where agents may read them (requirement B13).
    static let composeFile = Command(
        name: "stack compose-file",
        summary: "Show the Compose files of a project",
        usage: "[OPTIONS] PROJECT",
        about: """
            Reads the Compose files that the labels of a project's containers name, now, on their hosts. A host shows \
            only files below the folders that its agent's setting `compose-folder` names; without one it shows none. \
            One file is printed as it is; several each begin with a line that says where it is from.
            """,
        options: [ListingOptions.host, ListingOptions.plainOutput],
        arguments: 1...1,
        examples: [
            ("stack compose-file shop", "The files of the project `shop`, of every host that has it."),
            ("stack compose-file --host attic shop > compose.yaml", "Those of one host."),
        ],
        run: { call throws(Failure) in
            var query = Query("stacks", call.arguments[0], "compose-file")
            query.add("timeout", call.api.hostPatience)
            for host in call.settings[ListingOptions.host] { query.add("host", host) }
            let body = try await call.api.get(query)
            guard call.settings[ListingOptions.plainOutput] == "table" else {
                try call.show(document: body, as: .json)
                return .ok
            }
            guard let document = try? JSONValue(parsing: body), let items = document["items"]?.elements else {
                throw Failure(.failed, "The aggregator gave no usable answer.")
            }
            let files = items.flatMap { item in
                (item["files"]?.elements ?? []).map { (host: item["hostName"]?.string ?? "", file: $0) }
            }
            var problems = items.compactMap { item in
                item["error"]?.string.map { "\(item["hostName"]?.string ?? ""): \($0)" }
            }
            let shown = files.filter { $0.file["content"]?.string != nil }
            for (host, file) in shown {
                let content = file["content"]?.string ?? ""
                if shown.count > 1 {
                    let age = call.surroundings.now() - (file["modifiedAt"]?.integer ?? 0)
                    let path = TerminalText.safe(file["path"]?.string ?? "")
                    try call.surroundings.output.line(
                        "# \(host): \(path), changed \(humanDuration(milliseconds: age)) ago")
                }
                // On a terminal nothing that a file says moves the cursor.
                let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
                let text =
                    call.surroundings.terminal == nil
                    ? content : lines.map { TerminalText.safe(String($0)) }.joined(separator: "\n")
                try call.surroundings.output.write(
                    Array(text.utf8) + (content.hasSuffix("\n") || shown.count == 1 ? [] : [0x0A]))
            }
            problems += files.compactMap { file in
                file.file["error"]?.string.map { "\(file.host): \(file.file["path"]?.string ?? ""): \($0)" }
            }
            for problem in problems { call.note("\(problem).") }
            return problems.isEmpty ? .ok : shown.isEmpty ? .failed : .partial
        },
    )
}

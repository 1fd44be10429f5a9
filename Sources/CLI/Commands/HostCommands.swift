import JSON
import Settings

/// `bayplan host …`: the hosts of the fleet.
enum HostCommands {
    static let list = Command(
        name: "host ls",
        aliases: ["host"],
        summary: "List the hosts of the fleet",
        usage: "[OPTIONS]",
        about: """
            Lists every host with its state: live (heard within seconds), syncing (sending its containers), \
            restored (not heard since the aggregator started), silent (cut off or dead), stopped (its agent \
            said goodbye), offline (not heard for so long that its containers left memory; `bayplan ps --retained` \
            lists them), conflict (two agents claim to be it).
            """,
        options: [ListingOptions.quiet] + ListingOptions.forms,
        examples: [
            ("host ls", "All hosts and how they are."),
            ("host ls -o wide --sort-by -containers", "With more columns, those with most containers first."),
            ("host ls -o json", "The same for scripts."),
        ],
        run: { call throws(Failure) in
            let asked = try ListForm(call, HostColumns.kind, isQuiet: call.settings[ListingOptions.quiet])
            var printer = ListPrinter(asked, call)
            let body = try await call.api.get(Query("hosts"))
            if asked.isDocument {
                try printer.show(document: body, call) { reader throws(JSONError) in try HostRow(&reader) }
                return .ok
            }
            let hosts = try ListDocument(body) { reader throws(JSONError) in try HostRow(&reader) }.items
            for host in hosts { printer.add(host) }
            try printer.show(call)
            for host in hosts where !host.error.isEmpty { call.note("Host \(host.title): \(host.error)") }
            return .ok
        },
    )

    static let remove = Command(
        name: "host rm",
        summary: "Forget hosts and their containers",
        usage: "HOST [HOST...]",
        about: """
            Removes hosts, by id or name, with everything that is known of their containers. Nothing happens \
            to the containers themselves. The host's tokens end too, so its agent doesn't come back by itself; \
            `bayplan token create --host` lets one in again, also one on a new machine.
            """,
        arguments: 1...64,
        examples: [("host rm node7", "Forget a machine that was given away.")],
        run: { call throws(Failure) in
            let all = try await Listing.hosts(call.api)
            var result = ExitCode.ok
            for name in call.arguments {
                do throws(Failure) {
                    var listing = Listing()
                    listing.hosts = [name]
                    let found = try listing.chosen(from: all)
                    guard let host = found.first, found.count == 1 else {
                        let ids = found.map(\.id).joined(separator: ", ")
                        throw Failure(
                            .failed, "Several hosts are named \(name); say which by its id: \(ids).")
                    }
                    let answer = try await call.api.delete(Query("hosts", host.id))
                    try call.surroundings.output.line(TerminalText.safe(host.id))
                    if let sentence = aftermath(of: answer, host.id) { call.note(sentence) }
                } catch {
                    guard error.code == .failed else { throw error }
                    call.note(error.sentence)
                    result = .failed
                }
            }
            return result
        },
    )

    /// What becomes of the agent of a host that was removed; nil when the aggregator doesn't say.
    private static func aftermath(of answer: [UInt8], _ host: String) -> String? {
        let value = try? JSONValue(parsing: answer, limits: JSONLimits(depth: 8, length: 65_536))
        guard let tokens = value?["tokens"]?.integer else { return nil }
        guard tokens > 0 else {
            return "Host \(host) had no tokens. An agent that may report without one comes back; stop it."
        }
        return
            "Host \(host)'s \(tokens == 1 ? "token" : "\(tokens) tokens") ended too, so its agent stays away. "
            + "`bayplan token create --host \(host)` lets one in again."
    }
}

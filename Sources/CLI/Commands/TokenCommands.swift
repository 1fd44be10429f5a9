import Access
import JSON
import OS
import Settings

/// `bayplan token …`: who may report, and who may ask (requirement H7).
enum TokenCommands {
    static let host = Setting(
        "host", optional: .text("HOST"), help: "For the agent of the host with this id.", sources: .flag)
    static let scope = Setting(
        "scope", optional: .choice(Scope.allCases.map(\.rawValue)),
        help: "For people and programs: read asks, admin may do everything.", sources: .flag)
    static let ttl = Setting(
        "ttl", optional: .duration(.seconds(1) ... .seconds(3_653 * 86_400)),
        help: "How long it is good; without it until it is removed.", sources: .flag)
    static let uses = Setting(
        "uses", optional: .count(1...1_000_000_000),
        help: "For how many installations of the agent, or how many requests, it is good.", sources: .flag)
    static let address = Setting(
        "address", .list(of: .text("HOST:PORT")), default: [],
        help:
            "Where to connect with it, if the aggregator is reached otherwise than it believes. May be given several "
            + "times.",
        sources: .flag)

    static let bearer = Setting(
        "bearer", .bool, default: false,
        help:
            "Print ID.SECRET alone, as HTTP's `Authorization: Bearer` takes it: for Prometheus, curl and the like.",
        sources: .flag)

    static let create = Command(
        name: "token create",
        summary: "Let an agent report, or somebody ask",
        usage: "--host HOST | --scope read|route|operate|admin [OPTIONS]",
        about: """
            Prints one line: where the aggregator is, how to know it, and a secret. Whoever has the line has what it \
            allows, so put it where only its user can read it, and give that file to bayplan-agent or bayplan as \
            --token-file. The aggregator keeps only a hash: the line can't be shown again.
            """,
        options: [host, scope, ttl, uses, address, bearer],
        examples: [
            ("token create --host attic > attic.token", "For the agent of the host attic."),
            ("token create --scope read --ttl 8h", "For somebody who may ask until tonight."),
            ("token create --scope read --bearer > /etc/prometheus/bayplan.token", "For Prometheus."),
        ],
        run: make,
    )

    static let list = Command(
        name: "token ls",
        aliases: ["token"],
        summary: "List the tokens",
        usage: "[OPTIONS]",
        about: "Lists every token that was not removed, the newest first; never a secret.",
        options: [ListingOptions.quiet] + ListingOptions.forms,
        examples: [
            ("token ls", "Who may report and ask."), ("token ls --sort-by expires", "By when they end."),
        ],
        run: { call throws(Failure) in
            let asked = try ListForm(call, TokenColumns.kind, isQuiet: call.settings[ListingOptions.quiet])
            var printer = ListPrinter(asked, call)
            let body = try await call.api.get(Query("tokens"))
            if asked.isDocument {
                try printer.show(document: body, call) { reader throws(JSONError) in try TokenRow(&reader) }
                return .ok
            }
            for token in try rows(body) { printer.add(token) }
            try printer.show(call)
            return .ok
        },
    )

    static let remove = Command(
        name: "token rm",
        summary: "End tokens, and what began with them",
        usage: "ID [ID...]",
        about: """
            Ends tokens at once: sessions of agents and watches that began with one are cut, and it lets nobody in \
            any more. The start of an id is enough where only one token begins so.
            """,
        arguments: 1...64,
        examples: [("token rm 7kq2", "End the token whose id begins with 7kq2.")],
        run: { call throws(Failure) in
            let all = try rows(try await call.api.get(Query("tokens"))).map(\.id)
            var result = ExitCode.ok
            for word in call.arguments {
                do throws(Failure) {
                    let id = try chosen(word, from: all)
                    try await call.api.delete(Query("tokens", id))
                    try call.surroundings.output.line(TerminalText.safe(id))
                } catch {
                    guard error.code == .failed else { throw error }
                    call.note(error.sentence)
                    result = .failed
                }
            }
            return result
        },
    )

    @Sendable private static func make(_ call: Invocation) async throws(Failure) -> ExitCode {
        let (host, scope) = (call.settings[host], call.settings[scope])
        guard (host == nil) != (scope == nil) else {
            throw Failure(
                .usage,
                "Say for what the token is: --host HOST for an agent, or --scope read for people and programs."
            )
        }
        guard !call.settings[bearer] || host == nil else {
            throw Failure(.usage, "An agent reads the whole line; --bearer is for tokens with --scope.")
        }
        var writer = JSONWriter()
        writer.object { writer in
            if let host { writer.member("host", host) }
            if let scope { writer.member("scope", scope) }
            if let ttl = call.settings[ttl] { writer.member("ttl", ttl.wholeMilliseconds) }
            if let uses = call.settings[uses] { writer.member("uses", uses) }
            writer.optional("addresses", call.settings[address])
            if let user = user(call.surroundings.input.environment) { writer.member("by", user) }
        }
        let answer: JSONValue
        do {
            answer = try JSONValue(parsing: try await call.api.post(Query("tokens"), writer.bytes))
        } catch let error as Failure {
            throw error
        } catch let error as JSONError {
            throw .unreadable(error)
        } catch {
            throw Failure(.failed, "\(error)")
        }
        guard let token = answer["token"]?.string, let id = answer["id"]?.string else {
            throw Failure(
                .failed, "The aggregator's answer holds no token. Is it an aggregator of this version?")
        }
        guard !call.settings[bearer] else { return try show(bearer: token, id, call) }
        try call.surroundings.output.line(TerminalText.safe(token))
        call.note(
            host.map {
                "Token \(id) is for the agent of host \($0). Put the line above into a file that only root can read, and "
                    + "give it to bayplan-agent as --token-file. It is not shown again."
            }
                ?? "Token \(id) has scope \(scope ?? ""). Put the line above into a file that only its user can read, "
                + "and give it to bayplan as --token-file or BAYPLAN_TOKEN_FILE. It is not shown again.")
        let addresses = answer["addresses"]?.elements?.compactMap(\.string) ?? []
        if !addresses.isEmpty, addresses.allSatisfy({ (try? SocketAddress($0))?.isLocal == true }) {
            let remedy =
                host == nil
                ? "start the aggregator with --http :4681, or name its address with --address HOST:PORT"
                : "start the aggregator with --agents :4680, or name its address with --address HOST:PORT"
            call.note(
                "It works on the aggregator's machine only (\(addresses.joined(separator: ", "))); for others \(remedy)."
            )
        }
        return .ok
    }

    /// Prints what stands behind `Authorization: Bearer` (RFC 6750, section 2.1).
    private static func show(bearer token: String, _ id: String, _ call: Invocation) throws(Failure)
        -> ExitCode
    {
        guard let credential = (try? AccessToken(text: token))?.credential else {
            throw Failure(
                .failed,
                "The aggregator's answer holds no token that this program reads. Is it of this version?")
        }
        try call.surroundings.output.line(credential.text)
        call.note(
            "Token \(id) is for `Authorization: Bearer`. Put the line above into a file that only its user can read. It "
                + "is not shown again.")
        return .ok
    }

    private static func rows(_ body: [UInt8]) throws(Failure) -> [TokenRow] {
        try ListDocument(body) { reader throws(JSONError) in try TokenRow(&reader) }.items
    }

    /// The token that a word names: by its id, or by how it alone begins.
    private static func chosen(_ word: String, from all: [String]) throws(Failure) -> String {
        if all.contains(word) { return word }
        let found = all.filter { $0.hasPrefix(word) }
        guard let id = found.first else {
            throw Failure(.failed, "There is no token \(word). `bayplan token ls` lists all.")
        }
        guard found.count == 1 else {
            throw Failure(
                .failed,
                "Several tokens begin with \(word); say which: \(found.sorted().joined(separator: ", ")).")
        }
        return id
    }

    /// Who runs this, for the list of tokens; the aggregator believes it on its own machine only.
    private static func user(_ environment: (String) -> String?) -> String? {
        let own = ThisProcess.isRoot ? "root" : nil
        let name = environment("SUDO_USER") ?? environment("USER") ?? environment("LOGNAME") ?? own
        guard let name, !name.isEmpty, name.utf8.count <= 64,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        return name
    }
}

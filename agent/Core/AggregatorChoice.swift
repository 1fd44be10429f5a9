import Inventory
import OS
import Settings

/// Which aggregators the settings name, in groups, and for which host their tokens speak.
struct AggregatorChoice {
    /// Each gets a session of its own at once.
    let groups: [AggregatorGroup]
    /// From `--host-id` or the tokens; nil when neither says.
    let host: HostID?

    /// How many addresses one group may have: each is tried in turn.
    static let addressLimit = 16

    /// Reads the settings, and the token files for the first time.
    ///
    /// - Throws: What contradicts what, or what is missing.
    init(_ settings: Configuration) throws(AgentError) {
        let given = settings[AgentSettings.hostID].flatMap { HostID($0) }
        let files = settings[AgentSettings.tokenFiles]
        let addresses = settings[AgentSettings.aggregators]
        let authority = settings[AgentSettings.caFile]
        guard !settings[AgentSettings.insecure] else {
            guard files.isEmpty, authority == nil else { throw .insecureWithToken }
            let groups = addresses.isEmpty ? [[.host("localhost", port: 4680)]] : addresses
            try Self.check(groups, Self.place(settings))
            self.groups = groups.map { group in
                AggregatorGroup(group.map { .init(address: $0, connector: SocketConnector($0)) })
            }
            host = given
            return
        }
        guard !files.isEmpty else { throw .needsToken(given) }
        let tokens = Tokens(files: files)
        let entries = try tokens.all()
        let host = try Tokens.host(of: entries, given: given)
        self.host = host
        if addresses.isEmpty {
            groups = files.map { Self.group(of: $0, authority, host) }
            let found = files.map { file in
                var addresses: [SocketAddress] = []
                for address in entries.filter({ $0.file == file }).flatMap(\.addresses)
                where !addresses.contains(address) {
                    addresses.append(address)
                }
                return addresses
            }
            try Self.check(found, "the addresses in the token files")
        } else {
            try Self.check(addresses, Self.place(settings))
            for address in addresses.joined() { _ = try Tokens.token(for: address, among: entries) }
            groups = addresses.map { Self.group(of: $0, tokens, authority, host) }
        }
        // What a file of authorities is worth shows at once, not at the first connection.
        for group in groups { _ = try group.places() }
    }

    /// Where the addresses were given: `flag --aggregator`, `file:/etc/bayplan/agent.yaml:3`.
    private static func place(_ settings: Configuration) -> String {
        "aggregator (\(settings.origin(of: AgentSettings.aggregators)))"
    }

    /// The group of one token file: its lines, and each line's addresses, one after the other.
    private static func group(of file: String, _ authority: String?, _ host: HostID?) -> AggregatorGroup {
        AggregatorGroup(remedy: remedy([file], host)) { () throws(AgentError) in
            let entries = try Tokens.read(file)
            _ = try Tokens.host(of: entries, given: host)
            var places: [AggregatorGroup.Place] = []
            for entry in entries {
                for address in entry.addresses where places.allSatisfy({ $0.address != address }) {
                    places.append(try .init(secured: address, by: entry.token, authority))
                }
            }
            return Array(places.prefix(addressLimit))
        }
    }

    /// A group that `--aggregator` names, with the token for each address.
    private static func group(
        of addresses: [SocketAddress], _ tokens: Tokens, _ authority: String?, _ host: HostID?
    ) -> AggregatorGroup {
        AggregatorGroup(remedy: remedy(tokens.files, host)) { () throws(AgentError) in
            let entries = try tokens.all()
            _ = try Tokens.host(of: entries, given: host)
            var places: [AggregatorGroup.Place] = []
            for address in addresses {
                let entry = try Tokens.token(for: address, among: entries)
                places.append(try .init(secured: address, by: entry.token, authority))
            }
            return places
        }
    }

    private static func remedy(_ files: [String], _ host: HostID?) -> String {
        "run `bayplan token create --host \(host?.rawValue ?? "ID")` on the aggregator and put the line that it "
            + "prints into \(files.joined(separator: " or ")); it is read again at each attempt"
    }

    /// Within bounds, and no aggregator twice: two sessions of one agent would put each other out for ever.
    private static func check(_ groups: [[SocketAddress]], _ what: String) throws(AgentError) {
        guard groups.count <= HostState.linkLimit else {
            throw AgentError(
                sentence:
                    "\(what): \(groups.count) aggregators at once are given, and \(HostState.linkLimit) are "
                    + "allowed; nothing was started. Join with a comma those of which one at a time will do.")
        }
        for group in groups where group.count > addressLimit {
            throw AgentError(
                sentence:
                    "\(what): \(group.count) addresses to fail over between are given, and \(addressLimit) are "
                    + "allowed; nothing was started.")
        }
        var seen: Set<SocketAddress> = []
        for address in groups.joined() where !seen.insert(address).inserted {
            throw AgentError(
                sentence:
                    "\(what): \(address) is given twice; nothing was started. An aggregator takes one session "
                    + "of an agent, so two would put each other out for ever: name it once.")
        }
    }
}

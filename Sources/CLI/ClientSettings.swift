import Access
import Glibc
import OS
import Settings

/// The settings that every command knows: where the aggregator is.
enum ClientSettings {
    static let socket = Setting(
        "socket", .path(), default: "/run/bayplan/bayplan.sock", group: "Connection",
        help: "Socket file of an aggregator on this machine; short for --url unix://PATH.")
    static let url = Setting(
        "url",
        optional: .text(
            "URL[,…]",
            form:
                "`unix:///PATH`, `https://HOST:PORT` or `http://HOST:PORT`, or several with commas between them"
        ) {
            places($0) != nil
        },
        group: "Connection",
        help:
            "Where the aggregator is: unix:///PATH or https://HOST:PORT; http:// for one without TLS. With commas between "
            + "them several that stand in for each other, tried in that order.")
    static let tokenFile = Setting(
        "token-file", optional: .path("FILE"), group: "Connection",
        help:
            "File with what `bayplan token create` printed: who asks, and where unless --url says so. Several lines are "
            + "aggregators that stand in for each other.")
    static let authorityFile = Setting(
        "ca-file", optional: .path("FILE"), group: "Connection",
        help: "PEM file of the authority to trust, in place of what the token or the system trusts.")
    static let timeout = Setting(
        "timeout", .duration(.milliseconds(100) ... .seconds(3600)), default: .seconds(30),
        group: "Connection",
        help: "How long to wait for an answer.")

    static let context = Setting(
        "context", optional: .text("CONTEXT"), group: "Connection",
        help: "Named connection to use, as made by `bayplan context create`; the current one unless given.",
        sources: [.flag, .environment])

    static let completionTimeout = Setting(
        "completion-timeout", .duration(.milliseconds(100) ... .seconds(60)), default: .seconds(1),
        group: "Connection", help: "How long a shell that completes a word waits for names.",
        sources: [.environment, .file])

    static let colour = Setting(
        "color", .choice(["auto", "always", "never"]), default: "auto", group: "Output",
        help: "Colours: auto means on terminals, unless NO_COLOR is set or TERM is dumb.")
    static let noPager = Setting(
        "no-pager", .bool, default: false, group: "Output",
        help: "Never show long output through a pager.")
    static let pager = Setting(
        "pager", optional: .text("COMMAND"), group: "Output",
        help: "Pager for output that is longer than the terminal, before $PAGER and less.",
        sources: [.environment, .file])
    static let psFormat = Setting(
        "ps-format", optional: .text("TEMPLATE", upTo: 65_536), group: "Output",
        help: "What `bayplan ps` uses when neither --format, -o nor -q is given, as docker's psFormat.",
        sources: [.environment, .file])

    static let all: [any SettingDeclaration] = [
        url, socket, tokenFile, authorityFile, context, timeout, completionTimeout, colour, noPager, pager,
        psFormat,
    ]

    /// Whether text is coloured: as `--color` says, else on terminals that don't forbid it.
    static func hasColour(_ settings: Configuration, _ terminal: Terminal?) -> Bool {
        switch settings[colour] {
        case "always": true
        case "never": false
        default: terminal?.hasColour == true
        }
    }

    /// The client's YAML file unless another is named: in the user's configuration folder (XDG Base
    /// Directory).
    static func defaultFile(_ environment: (String) -> String?) -> String {
        if let folder = environment("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
            return "\(folder)/bayplan/bayplan.yaml"
        }
        guard let home = environment("HOME"), home.hasPrefix("/") else { return "/etc/bayplan/bayplan.yaml" }
        return "\(home)/.config/bayplan/bayplan.yaml"
    }

    /// What says where the aggregator is, among the flags and the environment.
    static func places(_ settings: Configuration) -> [Origin] {
        [settings.origin(of: url), settings.origin(of: socket), settings.origin(of: tokenFile)]
            .filter { $0.rank > Origin.context("").rank }
    }

    /// The ways to the aggregator, in the order in which to try them, at least one.
    ///
    /// Of `--url`, `--socket` and `--token-file` the one given closest to the user says where; with `--url` beside it
    /// the token only says who asks.
    static func endpoints(_ settings: Configuration) throws(Failure) -> [Endpoint] {
        let (byURL, bySocket) = (settings.origin(of: url), settings.origin(of: socket))
        if byURL.rank > 0, byURL.rank == bySocket.rank {
            throw Failure(
                .usage, "\(byURL) and \(bySocket) both say where the aggregator is; give only one of them.")
        }
        let authority = settings[authorityFile]
        let rank = max(byURL.rank, bySocket.rank)
        if let file = settings[tokenFile], settings.origin(of: tokenFile).rank > rank {
            let endpoints = try APITokens(file: file).endpoints(authorityFile: authority)
            guard !endpoints.isEmpty else {
                throw Failure(
                    .usage, "The token in \(file) names no address that can be used; say where with --url.")
            }
            return endpoints
        }
        if byURL.rank > bySocket.rank, let places = settings[url].flatMap(places) {
            var endpoints: [Endpoint] = []
            for place in places {
                var token: AccessToken?
                if let file = settings[tokenFile], place.isSecure {
                    token = try APITokens(file: file).token(for: place)
                }
                endpoints.append(Endpoint(place, token, authorityFile: authority))
            }
            return endpoints
        }
        guard let place = Place("unix://" + absolute(settings[socket])) else {
            throw Failure(
                .usage,
                "--socket must be a path of at most \(SocketAddress.longestUnixPath) bytes (\(bySocket)).")
        }
        return [Endpoint(place)]
    }

    /// Who said where the aggregator is.
    static func origin(_ settings: Configuration) -> Origin {
        let (byURL, bySocket) = (settings.origin(of: url), settings.origin(of: socket))
        let byToken = settings.origin(of: tokenFile)
        if byToken.rank > max(byURL.rank, bySocket.rank) { return byToken }
        return byURL.rank > bySocket.rank ? byURL : bySocket
    }

    /// The places of a text with commas between them; nil when one isn't any.
    private static func places(_ text: String) -> [Place]? {
        var places: [Place] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let place = Place(String(part)) else { return nil }
            places.append(place)
        }
        return places.count > mostPlaces ? nil : places
    }

    /// Each is tried before the next, so many make no sense.
    private static let mostPlaces = 16

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") || path.hasPrefix("@") ? path : "\(currentFolder())/\(path)"
    }
}

/// This process's working folder (getcwd(3)); `.` when it has none any more.
func currentFolder() -> String {
    guard let path = unsafe getcwd(nil, 0) else { return "." }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
}

extension Origin {
    /// How close to the user: 0 is the default, 4 a flag.
    var rank: Int {
        switch self {
        case .builtIn, .profile: 0
        case .file: 1
        case .context: 2
        case .environment: 3
        case .flag: 4
        }
    }
}

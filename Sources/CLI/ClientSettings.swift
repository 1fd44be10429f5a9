import Glibc
import OS
import Settings

/// The settings that every command knows: where the aggregator is.
enum ClientSettings {
    static let socket = Setting(
        "socket", .path(), default: "/run/bayplan/bayplan.sock", group: "Connection",
        help: "Socket file of an aggregator on this machine; short for --url unix://PATH.")
    static let url = Setting(
        "url", optional: .text("URL", form: "`unix:///PATH` or `http://HOST:PORT`") { Place($0) != nil },
        group: "Connection", help: "Where the aggregator is: unix:///PATH or http://HOST:PORT.")
    static let timeout = Setting(
        "timeout", .duration(.milliseconds(100) ... .seconds(3600)), default: .seconds(30),
        group: "Connection",
        help: "How long to wait for an answer.")

    static let context = Setting(
        "context", optional: .text("CONTEXT"), group: "Connection",
        help: "Named connection to use, as made by `bayplan context create`; the current one unless given.",
        sources: [.flag, .environment])

    static let all: [any SettingDeclaration] = [url, socket, context, timeout]

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
        [settings.origin(of: url), settings.origin(of: socket)].filter { $0.rank > Origin.context("").rank }
    }

    /// The aggregator's place; of `--url` and `--socket` the one given closer to the user wins.
    static func place(_ settings: Configuration) throws(Failure) -> Place {
        let (byURL, bySocket) = (settings.origin(of: url), settings.origin(of: socket))
        if byURL.rank > 0, byURL.rank == bySocket.rank {
            throw Failure(
                .usage, "\(byURL) and \(bySocket) both say where the aggregator is; give only one of them.")
        }
        if byURL.rank > bySocket.rank, let text = settings[url], let place = Place(text) { return place }
        guard let place = Place("unix://" + absolute(settings[socket])) else {
            throw Failure(
                .usage,
                "--socket must be a path of at most \(SocketAddress.longestUnixPath) bytes (\(bySocket)).")
        }
        return place
    }

    /// Who said where the aggregator is.
    static func origin(_ settings: Configuration) -> Origin {
        let (byURL, bySocket) = (settings.origin(of: url), settings.origin(of: socket))
        return byURL.rank > bySocket.rank ? byURL : bySocket
    }

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
        case .builtIn: 0
        case .file: 1
        case .context: 2
        case .environment: 3
        case .flag: 4
        }
    }
}

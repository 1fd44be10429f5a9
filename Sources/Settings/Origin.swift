/// Where a value came from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// Nobody said anything.
    case builtIn
    /// A profile that the user chose, which sets several settings at once.
    case profile(String)
    /// The YAML file.
    case file(path: String, line: Int)
    /// A named set of values that the user chose, such as a connection.
    case context(String)
    /// An environment variable.
    case environment(String)
    /// The command line.
    case flag(String)

    /// `default`, `profile fast`, `file:/etc/x.yaml:12`, `context home`, `environment BAYPLAN_HTTP` or `flag --http`.
    package var description: String {
        switch self {
        case .builtIn: "default"
        case .profile(let name): "profile \(name)"
        case .file(let path, let line): "file:\(path):\(line)"
        case .context(let name): "context \(name)"
        case .environment(let name): "environment \(name)"
        case .flag(let name): "flag \(name)"
        }
    }
}

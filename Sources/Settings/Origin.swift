/// Where a value came from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// Nobody said anything.
    case builtIn
    /// The YAML file.
    case file(path: String, line: Int)
    /// An environment variable.
    case environment(String)
    /// The command line.
    case flag(String)

    /// `default`, `file:/etc/x.yaml:12`, `environment BAYPLAN_HTTP` or `flag --http`.
    package var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line): "file:\(path):\(line)"
        case .environment(let name): "environment \(name)"
        case .flag(let name): "flag \(name)"
        }
    }
}

import JSON

/// A container of `/revp/services`: what its labels say, as a table shows it.
struct RevPRow {
    /// What is wrong with one label.
    struct Problem {
        let severity: String
        let code: String
        let label: String
        let value: String
        let problem: String
        let remedy: String
        /// The key of the service that it is about; empty for the whole container.
        let service: String
    }

    /// A service, or what is left of one whose labels hold an error.
    struct Service {
        /// Its port, or `flat`.
        var key = ""
        var port = ""
        var domains = ""
        var path = ""
        var scheme = ""
        var options = ""
        var isRefused = false
    }

    let host: String
    let hostName: String
    let id: String
    let name: String
    let state: String
    /// The refused ones last.
    private(set) var services: [Service] = []
    let diagnostics: [Problem]

    /// The host as people know it.
    var hostTitle: String { hostName.isEmpty ? host : hostName }

    init(_ value: JSONValue) {
        func text(_ value: JSONValue?, _ name: String) -> String { value?[name]?.string ?? "" }
        host = text(value, "host")
        hostName = text(value, "hostName")
        id = text(value, "id")
        name = text(value, "name")
        state = text(value["status"], "state")
        diagnostics = (value["diagnostics"]?.elements ?? []).map { problem in
            Problem(
                severity: text(problem, "severity"), code: text(problem, "code"),
                label: text(problem, "label"),
                value: text(problem, "value"), problem: text(problem, "problem"),
                remedy: text(problem, "remedy"),
                service: text(problem, "service"))
        }
        services = (value["services"]?.elements ?? []).map { service in
            Service(
                key: text(service, "key"), port: service["port"]?.integer.map { "\($0)" } ?? "",
                domains: (service["domains"]?.elements ?? []).map { text($0, "name") }.joined(
                    separator: ", "),
                path: text(service, "path"), scheme: text(service, "scheme"), options: Self.options(service))
        }
        services += (value["refused"]?.elements ?? []).map { refused in
            Service(
                key: text(refused, "key"), port: refused["port"]?.integer.map { "\($0)" } ?? "",
                domains: (refused["domains"]?.elements ?? []).compactMap(\.string).joined(separator: ", "),
                path: text(refused, "path"), isRefused: true)
        }
    }

    /// The codes of what is wrong with a service; with the first one also what belongs to none that is shown.
    func problems(of service: Service?, isFirst: Bool) -> String {
        let codes = diagnostics.filter { problem in
            if problem.service == service?.key { return true }
            return isFirst && !services.contains { $0.key == problem.service }
        }.map(\.code)
        var shown: [String] = []
        for code in codes where !shown.contains(code) { shown.append(code) }
        let list = shown.joined(separator: ", ")
        guard service?.isRefused == true else { return list }
        return list.isEmpty ? "refused" : "refused: \(list)"
    }

    /// What labels gave besides domain, path, port and scheme, such as `tls=false`.
    private static func options(_ service: JSONValue) -> String {
        let shown = ["domain", "path", "port", "scheme"]
        let given = (service["given"]?.elements ?? []).compactMap(\.string).filter { !shown.contains($0) }
        return given.map { name in
            let value =
                switch service[member(name)] {
                case .string(let text): text
                case .bool(let isOn): "\(isOn)"
                case .integer(let number): "\(number)"
                case .array(let items): items.compactMap(\.string).joined(separator: ",")
                default: ""
                }
            return "\(name)=\(value)"
        }.joined(separator: " ")
    }

    /// `stripPrefix` for `strip-prefix`.
    private static func member(_ property: String) -> String {
        let words = property.split(separator: "-")
        return words.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }
            .joined()
    }
}

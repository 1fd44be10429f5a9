/// Which members of a container's object an answer has, as `fields=id,name,status.state` chooses them.
package struct FieldSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package static let host = FieldSet(rawValue: 1 << 0)
    package static let hostName = FieldSet(rawValue: 1 << 1)
    package static let id = FieldSet(rawValue: 1 << 2)
    package static let name = FieldSet(rawValue: 1 << 3)
    package static let changedAt = FieldSet(rawValue: 1 << 4)

    package static let state = FieldSet(rawValue: 1 << 5)
    package static let pid = FieldSet(rawValue: 1 << 6)
    package static let startedAt = FieldSet(rawValue: 1 << 7)
    package static let finishedAt = FieldSet(rawValue: 1 << 8)
    package static let exitCode = FieldSet(rawValue: 1 << 9)
    package static let error = FieldSet(rawValue: 1 << 10)
    package static let oomKilled = FieldSet(rawValue: 1 << 11)
    package static let dead = FieldSet(rawValue: 1 << 12)
    package static let restartCount = FieldSet(rawValue: 1 << 13)
    package static let health = FieldSet(rawValue: 1 << 14)

    package static let mode = FieldSet(rawValue: 1 << 15)
    package static let ports = FieldSet(rawValue: 1 << 16)
    package static let networks = FieldSet(rawValue: 1 << 17)

    package static let image = FieldSet(rawValue: 1 << 18)
    package static let created = FieldSet(rawValue: 1 << 19)
    package static let entrypoint = FieldSet(rawValue: 1 << 20)
    package static let command = FieldSet(rawValue: 1 << 21)
    package static let labels = FieldSet(rawValue: 1 << 22)
    package static let mounts = FieldSet(rawValue: 1 << 23)
    package static let restartPolicy = FieldSet(rawValue: 1 << 24)

    package static let kind = FieldSet(rawValue: 1 << 25)
    package static let project = FieldSet(rawValue: 1 << 26)
    package static let service = FieldSet(rawValue: 1 << 27)
    package static let number = FieldSet(rawValue: 1 << 28)
    package static let oneOff = FieldSet(rawValue: 1 << 29)
    package static let configFiles = FieldSet(rawValue: 1 << 30)
    package static let workingDirectory = FieldSet(rawValue: 1 << 31)

    /// What the container uses: no part of its record, so only given when it is asked for by name.
    package static let stats = FieldSet(rawValue: 1 << 40)

    /// The whole record.
    package static let all = FieldSet(rawValue: 0xFFFF_FFFF)
    package static let status = FieldSet(rawValue: 0x3FF << 5)
    package static let network: FieldSet = [.mode, .ports, .networks]
    package static let config = FieldSet(rawValue: 0x7F << 18)
    package static let compose = FieldSet(rawValue: 0x7F << 25)
}

extension FieldSet {
    /// Every name that can be asked for, whole facets too, in the order of the answer.
    package static let names: [(name: String, fields: FieldSet)] = [
        ("host", .host), ("hostName", .hostName), ("id", .id), ("name", .name),
        ("status", .status), ("status.state", .state), ("status.pid", .pid), ("status.startedAt", .startedAt),
        ("status.finishedAt", .finishedAt), ("status.exitCode", .exitCode), ("status.error", .error),
        ("status.oomKilled", .oomKilled), ("status.dead", .dead), ("status.restartCount", .restartCount),
        ("status.health", .health),
        ("network", .network), ("network.mode", .mode), ("network.ports", .ports),
        ("network.networks", .networks),
        ("config", .config), ("config.image", .image), ("config.created", .created),
        ("config.entrypoint", .entrypoint), ("config.command", .command), ("config.labels", .labels),
        ("config.mounts", .mounts), ("config.restartPolicy", .restartPolicy),
        ("compose", .compose), ("compose.kind", .kind), ("compose.project", .project),
        ("compose.service", .service), ("compose.number", .number), ("compose.oneoff", .oneOff),
        ("compose.configFiles", .configFiles), ("compose.workingDir", .workingDirectory),
        ("changedAt", .changedAt), ("stats", .stats),
    ]

    /// Parses names with commas between them.
    package init(parsing text: some StringProtocol) throws(FieldError) {
        var fields: FieldSet = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.drop { $0 == " " }
            guard let known = Self.names.first(where: { $0.name == name }) else {
                throw FieldError(name: String(name))
            }
            fields.formUnion(known.fields)
        }
        self = fields
    }
}

/// A field that lists of containers cannot give.
package struct FieldError: Error, Hashable, Sendable {
    package let name: String

    package init(name: String) {
        self.name = name
    }
}

extension FieldError: CustomStringConvertible {
    package var description: String {
        let known = FieldSet.names.map(\.name).joined(separator: ", ")
        let asked = name.isEmpty ? "an empty name" : "“\(name)”"
        return "\(asked) is not a field that a list can give; a list can give \(known)"
    }
}

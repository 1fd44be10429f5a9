/// The `compose` facet: the stack a container belongs to, read from the labels of Compose or Swarm.
package struct Compose: Hashable, Sendable {
    /// `compose` or `swarm`.
    package var kind: String
    /// The Compose project or Swarm stack.
    package var project: String
    /// Empty when the labels do not name one; queries then count it as `unknown` (requirement B5).
    package var service = ""
    /// The replica's number within its service, 0 when not given.
    package var number: Int64 = 0
    package var configFiles: [String] = []
    package var workingDirectory = ""
    /// Services that must be up first.
    package var dependsOn: [String] = []
    /// Made by `docker-compose run`.
    package var isOneOff = false

    package init(kind: String, project: String) {
        self.kind = kind
        self.project = project
    }

    package static let compose = "compose"
    package static let swarm = "swarm"
}

extension Compose {
    /// Reads the labels that Compose (1.29 and v2) and `docker stack deploy` set; nil when there are none.
    package init?(labels: [String: String]) {
        if let project = labels["com.docker.compose.project"], !project.isEmpty {
            self.init(kind: Self.compose, project: project)
            service = labels["com.docker.compose.service"] ?? ""
            number = Int64(labels["com.docker.compose.container-number"] ?? "") ?? 0
            configFiles = Self.list(labels["com.docker.compose.project.config_files"])
            workingDirectory = labels["com.docker.compose.project.working_dir"] ?? ""
            dependsOn = Self.list(labels["com.docker.compose.depends_on"]).map { entry in
                String(entry.prefix { $0 != ":" })
            }
            isOneOff = labels["com.docker.compose.oneoff"]?.lowercased() == "true"
        } else if let stack = labels["com.docker.stack.namespace"], !stack.isEmpty {
            self.init(kind: Self.swarm, project: stack)
            let full = labels["com.docker.swarm.service.name"] ?? ""
            service = full.hasPrefix(stack + "_") ? String(full.dropFirst(stack.count + 1)) : full
            // A task's name is `service.slot.task-id`.
            let parts = (labels["com.docker.swarm.task.name"] ?? "").dropFirst(full.count).split(
                separator: ".")
            number = parts.first.flatMap { Int64($0) } ?? 0
        } else {
            return nil
        }
    }

    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { entry in
            String(entry.drop { $0 == " " })
        }
    }
}

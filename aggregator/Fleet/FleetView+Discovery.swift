package import Inventory

/// What lies on one host: its stacks, their files, and where its applications keep their data (requirement B12).
package struct Discovery: Hashable, Sendable {
    /// A Compose project or Swarm stack, as far as it is on this host.
    package struct Project: Hashable, Sendable {
        package let name: String
        /// `compose` or `swarm`.
        package let kind: String
        /// Sorted.
        package let services: [String]
        package let containers: Int
        package let running: Int
        /// Files that its containers were made from, sorted.
        package let configFiles: [String]
        /// Folders that relative paths in those begin at, sorted.
        package let workingDirectories: [String]
    }

    /// By name, then by kind.
    package let projects: [Project]
    /// Files of all Compose projects, sorted.
    package let composeFiles: [String]
    /// Sources of bind mounts that hold a pattern, sorted.
    package let dataPaths: [String]
    package let containers: Int
    package let running: Int
}

extension FleetView {
    /// What lies on a host, as far as its containers tell; nil when it is not in the fleet.
    ///
    /// Goes through that host's containers. `patterns` are parts of paths, such as `/appdata`.
    package func discovery(on key: HostKey, dataPatterns patterns: [String]) -> Discovery? {
        guard let host = snapshot.place(of: key).flatMap({ snapshot.hosts[$0] }) else { return nil }
        var stacks: [[UInt32]: Stack] = [:]
        var data: Set<UInt32> = []
        let bind = snapshot.strings.number(of: "bind")
        host.members.forEach { slot in
            let packed = snapshot.records[slot].packed
            if let compose = packed.compose {
                var stack = stacks[[compose.project, compose.kind]] ?? Stack()
                stack.services.insert(compose.service)
                stack.files.formUnion(compose.configFiles)
                if compose.workingDirectory != 0 { stack.folders.insert(compose.workingDirectory) }
                stack.containers += 1
                stack.running += snapshot.records[slot].status.isRunning ? 1 : 0
                stacks[[compose.project, compose.kind]] = stack
            }
            guard let config = packed.config else { return }
            for index in 0..<config.mountCount where config.mount(index).type == bind {
                data.insert(config.mount(index).source)
            }
        }
        let projects = stacks.map { key, stack in
            Discovery.Project(
                name: snapshot.strings[key[0]], kind: snapshot.strings[key[1]],
                services: sorted(stack.services).map { $0.isEmpty ? ServiceMembers.unknown : $0 },
                containers: stack.containers, running: stack.running, configFiles: sorted(stack.files),
                workingDirectories: sorted(stack.folders))
        }.sorted { ($0.name, $0.kind) < ($1.name, $1.kind) }
        return Discovery(
            projects: projects,
            composeFiles: sorted(stacks.values.reduce(into: Set<UInt32>()) { $0.formUnion($1.files) }),
            dataPaths: sorted(data).filter { path in patterns.contains { path.holds($0) } },
            containers: host.count, running: host.running)
    }

    private struct Stack {
        var services: Set<UInt32> = []
        var files: Set<UInt32> = []
        var folders: Set<UInt32> = []
        var containers = 0
        var running = 0
    }

    private func sorted(_ texts: Set<UInt32>) -> [String] { texts.map { snapshot.strings[$0] }.sorted() }
}

extension String {
    /// Whether a text is in this one, compared by bytes.
    fileprivate func holds(_ part: String) -> Bool {
        let (text, part) = (Array(utf8), Array(part.utf8))
        guard !part.isEmpty, text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
    }
}

package import Wire

/// Where the kernel's files about containers are looked for.
package struct StatsRoots: Hashable, Sendable {
    /// The host's control groups.
    package var cgroups = "/sys/fs/cgroup"
    /// The host's `/proc`.
    package var proc = "/proc"

    package init() {}
}

/// What a container that the agent runs in has mounted, as far as the agent needs it (proc(5), mountinfo).
///
/// Nothing of it matters outside a container: there everything is the host's own.
package struct ContainerMounts: Sendable {
    private struct Mount {
        let root: Substring
        let point: Substring
        let kind: Substring
    }

    private let mounts: [Mount]
    private let ownGroup: String
    private let sharesProcesses: Bool

    /// Reads `/proc/self/mountinfo` and `/proc/self/cgroup`; lines that are none are passed over.
    ///
    /// - Parameters:
    ///   - mountinfo: What is mounted.
    ///   - cgroup: The container's own control groups.
    ///   - sharesProcesses: Whether its processes are the host's (`--pid host`), so that `/proc` shows those.
    package init(mountinfo: String, cgroup: String, sharesProcesses: Bool = false) {
        self.sharesProcesses = sharesProcesses
        mounts = mountinfo.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else {
                return nil
            }
            return Mount(root: fields[3], point: fields[4], kind: fields[dash + 1])
        }
        ownGroup =
            cgroup.split(separator: "\n").first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? ""
    }

    /// What the agent lacks.
    ///
    /// - Parameters:
    ///   - socket: The Engine's socket file; nil when it is reached otherwise.
    ///   - state: The folder of the agent's identity.
    ///   - stats: Where containers' use is read from; nil when it isn't.
    /// - Returns: A problem for each thing that is missing.
    package func problems(
        socket: String?, state: String, stats: StatsRoots? = StatsRoots()
    ) -> [AgentProblem] {
        var problems: [AgentProblem] = []
        if let socket, mounts.contains(where: { $0.point == socket }) {
            problems.append(
                AgentProblem(
                    code: "socket-mounted-as-file",
                    message: "\(socket) is mounted as a file, which goes stale when the Engine restarts."))
        }
        if let stats {
            if !hasHostGroups(at: stats.cgroups) {
                problems.append(
                    AgentProblem(
                        code: "cgroups-not-mounted",
                        message:
                            "The host's /sys/fs/cgroup is not mounted, from which containers' use is read."))
            }
            if !hasHostProcesses(at: stats.proc) {
                problems.append(
                    AgentProblem(
                        code: "proc-not-mounted",
                        message: "The host's /proc is not mounted, from which containers' traffic is read."))
            }
        }
        if !isOnMount(state) {
            problems.append(
                AgentProblem(
                    code: "state-not-kept",
                    message: "\(state) is on no volume: the host's identity is lost with the container."))
        }
        return problems
    }

    /// Whether the groups of the whole host are there, and not only the container's own.
    ///
    /// A container's own tree is mounted with its group as the root (cgroups 1), or looks like a root while the whole
    /// one begins above it, `/..` (cgroup_namespaces(7)).
    private func hasHostGroups(at root: String) -> Bool {
        mounts.contains { mount in
            guard mount.point == root || mount.point.hasPrefix(root + "/") else { return false }
            switch mount.kind {
            case "cgroup": return mount.root == "/"
            case "cgroup2": return mount.root.hasPrefix("/..") || mount.root == "/" && ownGroup != "/"
            default: return false
            }
        }
    }

    /// Whether a /proc is there that was mounted from outside; the container's own is at `/proc` and shows only itself.
    ///
    /// With the host's process namespace (`--pid host`) the own one is the host's.
    private func hasHostProcesses(at root: String) -> Bool {
        guard root == "/proc" else {
            return mounts.contains { $0.point == root && $0.kind == "proc" }
        }
        return sharesProcesses
    }

    private func isOnMount(_ path: String) -> Bool {
        mounts.contains { mount in
            mount.point != "/" && (path == mount.point || path.hasPrefix(mount.point + "/"))
        }
    }
}

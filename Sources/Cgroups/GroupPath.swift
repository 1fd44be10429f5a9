package import Inventory

/// Which control group is a container's own, from the text of `/proc/PID/cgroup` (cgroups(7)).
///
/// Engines name it by the container's id: `/docker/ID`, `/system.slice/docker-ID.scope`, `/user.slice/…/docker-ID.scope`,
/// `/machine.slice/libpod-ID.scope/container`, or anything below a parent that somebody chose. What counts is the part
/// that holds the id; a process that its container put into a group below that is still the container's.
package enum GroupPath {
    /// The path up to the part that holds the id, for one hierarchy; nil when no part does.
    ///
    /// That is the check against a process id that has gone to another process, too. A path with `..` begins above
    /// what this process may see (cgroup_namespaces(7)) and leads nowhere: nil.
    package static func own(_ path: Substring, of id: ContainerID) -> Substring? {
        guard path.first == "/" else { return nil }
        let text = id.description
        var end = path.startIndex
        while end < path.endIndex {
            let start = path.index(after: end)
            end = path[start...].firstIndex(of: "/") ?? path.endIndex
            let part = path[start..<end]
            if part == ".." { return nil }
            if Self.id(in: part, like: text) { return path[..<end] }
        }
        return nil
    }

    /// The container's group of one controller (`cpuacct`, `memory`, …), and how its hierarchy is called; nil without one.
    ///
    /// - Parameters:
    ///   - controller: Empty for the hierarchy of version 2, whose line begins `0::`.
    ///   - text: All of `/proc/PID/cgroup`.
    ///   - id: The container's id.
    /// - Returns: The names of the hierarchy's controllers as that file has them, and the group's path in it.
    package static func own(
        of controller: Substring, in text: String, id: ContainerID
    ) -> (hierarchy: Substring, path: Substring)? {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isIt =
                controller.isEmpty
                ? fields[0] == "0" && fields[1].isEmpty
                : fields[1].split(separator: ",").contains(controller)
            guard isIt else { continue }
            return own(fields[2], of: id).map { (fields[1], $0) }
        }
        return nil
    }

    /// The container whose group has this name; nil when it is none's.
    ///
    /// `ID`, `docker-ID.scope`, `libpod-ID.scope`; but not Podman's `libpod-conmon-ID.scope`, where only its monitor runs.
    package static func id(inName name: String) -> ContainerID? {
        let bytes = name.utf8
        guard bytes.count >= 64, bytes.count <= 255 else { return nil }
        var rest = name[...]
        if rest.hasSuffix(".scope") { rest = rest.dropLast(6) }
        guard rest.utf8.count >= 64, let id = ContainerID(utf8: rest.utf8.suffix(64)) else { return nil }
        let before = rest.utf8.dropLast(64)
        guard let last = before.last else { return id }
        return last == UInt8(ascii: "-") && !String(Substring(before)).hasSuffix("conmon-") ? id : nil
    }

    private static func id(in part: Substring, like text: String) -> Bool {
        guard part.utf8.count >= 64, let found = id(inName: String(part)) else { return false }
        return found.description == text
    }
}

internal import OS

/// Which of the kernel's two control group interfaces a machine uses (cgroups(7)).
package enum CgroupVersion: Int, Hashable, Sendable {
    /// One hierarchy for each controller.
    case v1 = 1
    /// One hierarchy for all.
    case v2 = 2

    /// The one that is mounted at `root`; nil when neither is.
    ///
    /// A machine that has both (*hybrid*) keeps its controllers in version 1, and so counts as that.
    package init?(mountedAt root: String) {
        if fileExists(root + "/cgroup.controllers") {
            self = .v2
        } else if ["cpuacct", "cpu,cpuacct", "memory"].contains(where: { isDirectory("\(root)/\($0)") }) {
            self = .v1
        } else {
            return nil
        }
    }
}

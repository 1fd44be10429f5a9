/// Which of the kernel's two control group interfaces a machine uses (cgroups(7)).
package enum CgroupVersion: Int, Hashable, Sendable {
    /// One hierarchy for each controller.
    case v1 = 1
    /// One hierarchy for all.
    case v2 = 2
}

import Cgroups
import Inventory

/// A reader that several closures and `#expect` can share.
final class Reading {
    private var reader: GroupReader

    init(root: String = "/sys/fs/cgroup", proc: String = "/proc") {
        reader = GroupReader(root: root, proc: proc)
    }

    var mounted: CgroupVersion? { reader.mounted }

    func beginSweep(now: Int64) { reader.beginSweep(now: now) }
    func endSweep(keeping ids: Set<ContainerID>) { reader.endSweep(keeping: ids) }
    func system() -> CPUShare.System? { reader.system() }
    func read(_ subject: GroupReader.Subject) -> ContainerStats? { reader.read(subject) }
}

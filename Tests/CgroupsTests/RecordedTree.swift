import Inventory
import OS
import TestSupport

/// A host's files as they were recorded on real machines, in a folder of the test's.
struct RecordedTree {
    let folder: String
    var root: String { "\(folder)/cgroup" }
    var proc: String { "\(folder)/proc" }

    static func with(_ body: (RecordedTree) async throws -> Void) async throws {
        try await TemporaryDirectory.with { try await body(RecordedTree(folder: $0)) }
    }

    func write(_ path: String, _ text: String) throws {
        let whole = "\(folder)/\(path)"
        let parent = whole.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        try makeDirectories(parent)
        try writeFileAtomically(whole, Array(text.utf8))
    }

    func remove(_ path: String) throws {
        try removeFile("\(folder)/\(path)")
    }

    /// `/proc/stat` of a machine with two CPUs.
    func addSystem(ticks: Int = 1_000) throws {
        try write("proc/stat", "cpu  \(ticks) 0 0 0 0 0 0 0 0 0\ncpu0 1 0 0\ncpu1 1 0 0\nintr 5\n")
    }

    /// A process with its groups and its network.
    func addProcess(_ pid: Int, groups: String, received: Int = 200, sent: Int = 30) throws {
        try write("proc/\(pid)/cgroup", groups)
        let network = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:    9000      10    0    0    0     0          0         0     9000      10    0    0    0     0       0          0
              eth0:     \(received)       2    0    0    0     0          0         0       \(sent)       1    0    0    0     0       0          0

            """
        try write("proc/\(pid)/net/dev", network)
    }

    /// A group of version 1 at `path`, in each of its hierarchies.
    func addGroup1(_ path: String, cpu: String = "cpuacct") throws {
        try write("cgroup/\(cpu)\(path)/cpuacct.usage", "22844941\n")
        try write("cgroup/memory\(path)/memory.usage_in_bytes", "516096\n")
        try write("cgroup/memory\(path)/memory.limit_in_bytes", "9223372036854771712\n")
        try write(
            "cgroup/memory\(path)/memory.stat", "cache 4096\ninactive_file 96\ntotal_inactive_file 4096\n")
        try write("cgroup/pids\(path)/pids.current", "3\n")
        try write(
            "cgroup/blkio\(path)/blkio.throttle.io_service_bytes_recursive",
            "8:0 Read 7\n8:0 Write 9\nTotal 16\n")
    }

    /// A group of version 2 at `path`.
    func addGroup2(_ path: String) throws {
        try write("cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma\n")
        try write("cgroup\(path)/cpu.stat", "usage_usec 22844\nuser_usec 12000\nsystem_usec 10844\n")
        try write("cgroup\(path)/memory.current", "516096\n")
        try write("cgroup\(path)/memory.max", "67108864\n")
        try write("cgroup\(path)/memory.stat", "anon 4096\nfile 8192\ninactive_file 4096\n")
        try write("cgroup\(path)/pids.current", "3\n")
        try write("cgroup\(path)/io.stat", "8:0 rbytes=7 wbytes=9 rios=1 wios=1 dbytes=0 dios=0\n")
    }
}

import Cgroups
import Inventory
import OS

/// Row B16: how long a sweep over all containers of this machine takes, read from the kernel's files.
enum StatsBenchmark {
    static func run(sweeps: Int, say: (String) -> Void) {
        let root = "/sys/fs/cgroup"
        let version = CgroupVersion(mountedAt: root)
        let tree = version == .v2 ? root : root + "/memory"
        let subjects = GroupTree(below: tree).paths.map { id, path in
            let first = (try? readFile("\(tree)\(path)/cgroup.procs", limit: 1 << 20)) ?? []
            let pid = Int64(String(decoding: first.prefix { $0 != 0x0A }, as: UTF8.self)) ?? 0
            return GroupReader.Subject(id: id, pid: pid)
        }
        var reader = GroupReader(root: root)
        var times: [Duration] = []
        var read = 0
        for _ in 0..<sweeps {
            let start = BootClock.now
            reader.beginSweep(now: start.milliseconds)
            _ = reader.system()
            read = subjects.count { reader.read($0) != nil }
            reader.endSweep(keeping: Set(subjects.map(\.id)))
            times.append(start.duration(to: BootClock.now))
        }
        let sorted = times.sorted()
        say("control groups of version: \(version?.rawValue ?? 0)")
        say("containers read in a sweep: \(read) of \(subjects.count)")
        say("first sweep: \(text(times[0]))")
        say("sweep p50: \(text(sorted[sorted.count / 2]))")
        say("sweep p99: \(text(sorted[sorted.count * 99 / 100]))")
        if read > 0 { say("a container p50: \(text(sorted[sorted.count / 2] / read))") }
    }

    private static func text(_ time: Duration) -> String {
        "\(Double(time.saturatedNanoseconds / 1_000) / 1_000) ms"
    }
}

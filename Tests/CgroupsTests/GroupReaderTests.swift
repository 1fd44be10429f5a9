import Cgroups
import Inventory
import Testing

/// Rows B13 and B16: what containers use, from trees of both versions as real machines have them.
@Suite struct `A reader of control groups` {
    private static let text = String(repeating: "0123456789abcdef", count: 4)
    private let id: ContainerID
    private var subject: GroupReader.Subject { GroupReader.Subject(id: id, pid: 42, startedAt: 1) }

    init() throws {
        id = try #require(ContainerID(Self.text))
    }

    private func full(limit: Int64, cpu: Int64 = 22_844_941) -> ContainerStats {
        var sample = ContainerStats()
        sample.cpuTime = cpu
        sample.memory = 512_000
        sample.memoryLimit = limit
        sample.pids = 3
        sample.received = 200
        sample.sent = 30
        sample.read = 7
        sample.written = 9
        return sample
    }

    private func lines(_ path: String, cpu: String = "cpuacct") -> String {
        ["9:name=systemd", "8:pids", "7:blkio", "4:memory", "2:\(cpu)", "0:"].map { "\($0):\(path)\n" }
            .joined()
    }

    @Test(arguments: ["/docker/\(text)", "/system.slice/docker-\(text).scope", "/kube/pod/\(text)"])
    func `reads version 1, each controller in its hierarchy`(path: String) async throws {
        try await RecordedTree.with { tree in
            try tree.addGroup1(path)
            try tree.addProcess(42, groups: lines(path))
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            #expect(reader.mounted == .v1)
            #expect(reader.read(subject) == full(limit: 0))
        }
    }

    @Test func `finds hierarchies that several controllers share`() async throws {
        try await RecordedTree.with { tree in
            try tree.addGroup1("/docker/\(Self.text)", cpu: "cpu,cpuacct")
            try tree.addProcess(42, groups: lines("/docker/\(Self.text)", cpu: "cpu,cpuacct"))
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            #expect(reader.read(subject) == full(limit: 0))
        }
    }

    @Test(arguments: [
        "/system.slice/docker-\(text).scope", "/docker/\(text)", "/machine.slice/libpod-\(text).scope",
        "/user.slice/user-1000.slice/user@1000.service/app.slice/docker-\(text).scope",
    ]) func `reads version 2, everything in one folder`(path: String) async throws {
        try await RecordedTree.with { tree in
            try tree.addGroup2(path)
            try tree.addProcess(42, groups: "0::\(path)/container\n")
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            #expect(reader.mounted == .v2)
            #expect(reader.read(subject) == full(limit: 67_108_864, cpu: 22_844_000))
        }
    }

    @Test func `finds a group in the tree when the process is hidden or shows a path from elsewhere`()
        async throws
    {
        try await RecordedTree.with { tree in
            let path = "/system.slice/docker-\(Self.text).scope"
            try tree.addGroup2(path)
            try tree.addGroup2("/machine.slice/libpod-conmon-\(Self.text).scope")
            var hidden = full(limit: 67_108_864, cpu: 22_844_000)
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            hidden.received = nil
            hidden.sent = nil
            #expect(reader.read(subject) == hidden)
            // As an agent in a container of its own namespace sees others.
            try tree.addProcess(42, groups: "0::/../docker-\(Self.text).scope\n")
            let fresh = Reading(root: tree.root, proc: tree.proc)
            fresh.beginSweep(now: 0)
            #expect(fresh.read(subject) == full(limit: 67_108_864, cpu: 22_844_000))
        }
    }

    @Test func `never takes another process's numbers when the id of a process was given anew`() async throws
    {
        try await RecordedTree.with { tree in
            let other = String(repeating: "f", count: 64)
            try tree.addGroup1("/docker/\(other)")
            try tree.addProcess(42, groups: lines("/docker/\(other)"))
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            #expect(reader.read(subject) == nil)
            // Its own group is there still, but the network is not this process's.
            try tree.addGroup1("/docker/\(Self.text)")
            reader.endSweep(keeping: [])
            reader.beginSweep(now: 20_000)
            let sample = reader.read(subject)
            #expect(sample?.cpuTime == 22_844_941 && sample?.received == nil)
        }
    }

    @Test func `has nothing of the network when that is the host's or another container's`() async throws {
        try await RecordedTree.with { tree in
            try tree.addGroup1("/docker/\(Self.text)")
            try tree.addProcess(42, groups: lines("/docker/\(Self.text)"))
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            var subject = subject
            subject.hasOwnNetwork = false
            let sample = reader.read(subject)
            #expect(sample != nil && sample?.received == nil && sample?.sent == nil)
        }
    }

    @Test func `leaves out what vanished, is empty, nonsense or without end`() async throws {
        try await RecordedTree.with { tree in
            let path = "/docker/\(Self.text)"
            try tree.addGroup1(path)
            try tree.addProcess(42, groups: lines(path))
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            #expect(reader.read(subject)?.pids == 3)
            try tree.remove("cgroup/pids\(path)/pids.current")
            #expect(reader.read(subject)?.pids == nil)
            try tree.write("cgroup/cpuacct\(path)/cpuacct.usage", "")
            try tree.write(
                "cgroup/blkio\(path)/blkio.throttle.io_service_bytes_recursive",
                String(repeating: "8:0 Read 1\n", count: 20_000))
            try tree.write("proc/42/net/dev", "\u{1}\u{2}")
            let sample = reader.read(subject)
            #expect(sample?.cpuTime == nil && sample?.memory == 512_000)
            #expect(sample?.read == nil && sample?.received == nil)
            try tree.write("cgroup/memory\(path)/memory.usage_in_bytes", "18446744073709551615\n")
            #expect(reader.read(subject) == nil)
            // And it is found again when it is back.
            try tree.addGroup1(path)
            #expect(reader.read(subject)?.memory == 512_000)
        }
    }

    @Test func `reads nothing where nothing is mounted, and begins when it is`() async throws {
        try await RecordedTree.with { tree in
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            #expect(reader.mounted == nil && reader.read(subject) == nil && reader.system() == nil)
            try tree.addGroup2("/docker/\(Self.text)")
            try tree.addSystem()
            reader.beginSweep(now: 1)
            #expect(reader.read(subject)?.memory == 512_000)
            #expect(reader.system() == CPUShare.System(time: 10_000_000_000, cpus: 2))
        }
    }

    @Test func `looks through the tree rarely`() async throws {
        try await RecordedTree.with { tree in
            try tree.addGroup2("/docker/other")
            let reader = Reading(root: tree.root, proc: tree.proc)
            reader.beginSweep(now: 0)
            #expect(reader.read(subject) == nil)
            reader.endSweep(keeping: [])
            try tree.addGroup2("/docker/\(Self.text)")
            reader.beginSweep(now: 9_999)
            #expect(reader.read(subject) == nil)
            reader.endSweep(keeping: [])
            reader.beginSweep(now: 10_000)
            #expect(reader.read(subject) != nil)
        }
    }
}

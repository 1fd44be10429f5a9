import AgentCore
import Testing
import Wire

/// Row B19: what an agent in a container says that it lacks; the lines are those of real containers.
@Suite struct `The mounts of a container` {
    private static let base = """
        600 500 0:50 / / ro,relatime - overlay overlay rw
        601 600 0:53 / /proc rw,nosuid - proc proc rw
        """
    private static let ownGroup1 =
        "606 605 0:29 /docker/0a483bb80ec5 /sys/fs/cgroup/memory ro,nosuid master:9 - cgroup cgroup rw,memory"
    private static let hostGroup1 =
        "606 605 0:29 / /sys/fs/cgroup/memory ro,nosuid master:9 - cgroup cgroup rw,memory"
    private static let ownGroup2 = "606 605 0:29 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw"
    private static let hostGroup2 = "606 605 0:29 /../../.. /sys/fs/cgroup ro,nosuid - cgroup2 cgroup2 rw"
    private static let folder = "610 600 0:24 / /host/run ro - tmpfs tmpfs rw"
    private static let file = "610 600 0:24 /docker.sock /var/run/docker.sock ro - tmpfs tmpfs rw"
    private static let state = "611 600 8:1 /v/_data /var/lib/bayplan-agent rw - ext4 /dev/sda1 rw"

    private static let hostProcesses = "612 600 0:4 / /host/proc ro,relatime - proc proc rw"

    private func codes(
        _ lines: [String], socket: String? = "/host/run/docker.sock", group: String = "0::/\n",
        proc: String? = "/host/proc", sharesProcesses: Bool = false
    ) -> [String] {
        let mounts = ContainerMounts(
            mountinfo: ([Self.base, Self.hostProcesses] + lines).joined(separator: "\n") + "\n",
            cgroup: group,
            sharesProcesses: sharesProcesses)
        var roots = StatsRoots()
        if let proc { roots.proc = proc }
        return mounts.problems(
            socket: socket, state: "/var/lib/bayplan-agent", stats: proc == nil ? nil : roots
        ).map(\.code)
    }

    @Test func `lack nothing when compose_yaml made them`() {
        #expect(codes([Self.folder, Self.hostGroup1, Self.state], group: "4:memory:/docker/1\n") == [])
        #expect(codes([Self.folder, Self.hostGroup2, Self.state]) == [])
        // With the host's cgroup namespace the whole tree is there anyway.
        #expect(codes([Self.folder, Self.ownGroup2, Self.state], group: "0::/system.slice/x\n") == [])
    }

    @Test func `tell what each lack is`() {
        #expect(
            codes([Self.file, Self.hostGroup2, Self.state], socket: "/var/run/docker.sock")
                == ["socket-mounted-as-file"])
        #expect(codes([Self.folder, Self.ownGroup1, Self.state]) == ["cgroups-not-mounted"])
        #expect(codes([Self.folder, Self.ownGroup2, Self.state]) == ["cgroups-not-mounted"])
        #expect(codes([Self.folder, Self.state]) == ["cgroups-not-mounted"])
        #expect(codes([Self.folder, Self.hostGroup2]) == ["state-not-kept"])
    }

    @Test func `tell whether the host's processes can be seen, where containers' use is read`() {
        let all = [Self.folder, Self.hostGroup2, Self.state]
        #expect(codes(all, proc: "/proc") == ["proc-not-mounted"])
        #expect(codes(all, proc: "/proc", sharesProcesses: true) == [])
        #expect(codes(all, proc: "/elsewhere") == ["proc-not-mounted"])
        #expect(codes([Self.folder, Self.state], proc: nil) == [])
    }

    @Test func `may be anything at all`() {
        #expect(codes(["", " ", "- -", "1 2 3 4 5 6 7 8", "- - - - - - -"]).count == 2)
    }
}

import Cgroups
import Inventory
import Testing

/// Row B16: whichever Engine and driver, the group that holds the container's id is its own, and no other is.
@Suite struct `A control group's path` {
    static let text = String(repeating: "0123456789abcdef", count: 4)
    private let id: ContainerID

    init() throws {
        id = try #require(ContainerID(Self.text))
    }

    @Test(arguments: [
        ("/docker/ID", "/docker/ID"),
        ("/system.slice/docker-ID.scope", "/system.slice/docker-ID.scope"),
        ("/system.slice/docker-ID.scope/init/sub", "/system.slice/docker-ID.scope"),
        (
            "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-ID.scope",
            "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-ID.scope"
        ),
        ("/my/parent/ID", "/my/parent/ID"),
        ("/machine.slice/libpod-ID.scope/container", "/machine.slice/libpod-ID.scope"),
        ("/libpod_parent/libpod-ID", "/libpod_parent/libpod-ID"),
    ]) func `ends with the part that holds the id`(path: String, own: String) {
        let path = path.replacing("ID", with: Self.text)
        #expect(GroupPath.own(path[...], of: id) == own.replacing("ID", with: Self.text)[...])
    }

    @Test(arguments: [
        "/", "", "docker/ID", "/docker/OTHER", "/machine.slice/libpod-conmon-ID.scope", "/../docker-ID.scope",
        "/docker/IDa", "/docker/aID", "/docker/x\u{0}ID", "/system.slice/ssh.service",
    ]) func `is none when it is another's or begins above what can be seen`(path: String) {
        let other = String(repeating: "f", count: 64)
        let path = path.replacing("ID", with: Self.text).replacing("OTHER", with: other)
        #expect(GroupPath.own(path[...], of: id) == nil)
    }

    @Test func `is looked up by controller in version 1 and in the one line of version 2`() throws {
        let text = """
            9:name=systemd:/docker/ID
            4:memory:/docker/ID
            2:cpu,cpuacct:/docker/ID/child
            1::/odd
            broken
            0::/v2/docker-ID.scope
            """.replacing("ID", with: Self.text)
        let cpu = try #require(GroupPath.own(of: "cpuacct", in: text, id: id))
        #expect(cpu.hierarchy == "cpu,cpuacct" && cpu.path == "/docker/\(Self.text)")
        #expect(GroupPath.own(of: "", in: text, id: id)?.path == "/v2/docker-\(Self.text).scope")
        #expect(GroupPath.own(of: "blkio", in: text, id: id) == nil)
    }
}

import Docker
import Inventory
import JSON
import Testing

/// What the Engine's JSON becomes.
///
/// The texts follow answers of Docker 20.10.24, 29 and Podman 4.3.
@Suite struct `An inspection` {
    private static let id = String(repeating: "0123456789abcdef", count: 4)

    private static func parse(_ members: String) throws(JSONError) -> Inspection {
        try Inspection(parsing: Array("{\"Id\":\"\(id)\",\(members)}".utf8))
    }

    /// B13.
    @Test func `reads a running container of Docker 20`() throws {
        let inspection = try Self.parse(
            """
            "Created":"2026-11-20T11:32:31.489469448Z","Path":"sleep","Args":["1000"],
            "State":{"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,
              "Pid":6629,"ExitCode":0,"Error":"","StartedAt":"2026-11-20T11:32:31.802993372Z",
              "FinishedAt":"0001-01-01T00:00:00Z",
              "Health":{"Status":"unhealthy","FailingStreak":4,"Log":[{"Start":"x","Output":"no"}]}},
            "Image":"sha256:710b","Name":"/ee","RestartCount":3,"Driver":"overlay2",
            "HostConfig":{"Binds":null,"LogConfig":{"Type":"json-file","Config":{}},"NetworkMode":"n1",
              "PortBindings":{},"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":5},"Links":["/db:/ee/db","/a:/ee/a"],
              "Memory":104857600},
            "Mounts":[{"Type":"volume","Name":"vol","Source":"/data/vol/_data","Destination":"/v","Driver":"local",
              "Mode":"z","RW":true,"Propagation":""},
              {"Type":"bind","Source":"/tmp","Destination":"/t","Mode":"ro","RW":false,"Propagation":"rprivate"}],
            "Config":{"Hostname":"72b3446845ac","User":"1000:1000","Env":["A=b=c","PATH=/bin"],"Cmd":["1000"],
              "Image":"bb:1","WorkingDir":"/www","Entrypoint":["sleep"],"Labels":{"x":"a\\nb"}},
            "NetworkSettings":{"Bridge":"","Ports":{"70/tcp":[{"HostIp":"127.0.0.1","HostPort":"7000"}],"77/tcp":null,
              "53/udp":[{"HostIp":"0.0.0.0","HostPort":"5353"},{"HostIp":"::","HostPort":"5353"}]},
              "IPAddress":"","Networks":{"n1":{"IPAMConfig":null,"Links":null,"Aliases":["foo","72b3446845ac"],
              "NetworkID":"84a8","EndpointID":"1c06","Gateway":"172.18.0.1","IPAddress":"172.18.0.2","IPPrefixLen":16,
              "IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"MacAddress":"02:42:ac:12:00:02",
              "DriverOpts":null}}}
            """)
        #expect(inspection.config.name == "ee")
        #expect(inspection.config.created == 1_795_174_351_489)
        #expect(inspection.status.state == .running)
        #expect(inspection.status.pid == 6629)
        #expect(inspection.status.startedAt == 1_795_174_351_802)
        #expect(inspection.status.finishedAt == 0)
        #expect(inspection.status.restartCount == 3)
        #expect(inspection.status.health == Health(status: "unhealthy", failingStreak: 4))
        #expect(inspection.config.entrypoint == ["sleep"])
        #expect(inspection.config.command == ["1000"])
        #expect(inspection.config.image == "bb:1")
        #expect(inspection.config.imageID == "sha256:710b")
        #expect(inspection.config.restartPolicy == RestartPolicy(name: "on-failure", maximumRetryCount: 5))
        #expect(inspection.config.links == ["/a:/ee/a", "/db:/ee/db"])
        #expect(inspection.config.memoryLimit == 104_857_600)
        #expect(inspection.config.mounts.map { $0.destination } == ["/t", "/v"])
        #expect(inspection.config.mounts.map { $0.isWritable } == [false, true])
        #expect(inspection.network.mode == "n1")
        #expect(
            inspection.network.ports == [
                Port(privatePort: 53, publicPort: 5353, ip: "0.0.0.0", type: "udp"),
                Port(privatePort: 53, publicPort: 5353, ip: "::", type: "udp"),
                Port(privatePort: 70, publicPort: 7000, ip: "127.0.0.1"),
                Port(privatePort: 77),
            ])
        let endpoint = try #require(inspection.network.networks.first)
        #expect(endpoint.name == "n1")
        #expect(endpoint.ip == "172.18.0.2")
        #expect(endpoint.prefix == 16)
        #expect(endpoint.aliases == ["72b3446845ac", "foo"])
        #expect(inspection.labels.map { String(decoding: $0.value, as: UTF8.self) } == ["a\nb"])
        #expect(inspection.environment.map { String(decoding: $0, as: UTF8.self) } == ["A=b=c", "PATH=/bin"])
    }

    /// Docker 29 dropped most of `NetworkSettings` and gives the resolver's names apart; Podman writes local offsets,
    /// states of its own and an empty health.
    @Test func `reads what other Engines write otherwise`() throws {
        let podman = try Self.parse(
            """
            "Created":"2026-11-20T12:32:31.489469448+01:00","Name":"pod",
            "State":{"Status":"stopped","StartedAt":"2026-11-20T12:32:31+01:00","FinishedAt":"0001-01-01T00:00:00Z",
              "Health":{"Status":"","FailingStreak":0,"Log":null}},
            "Config":{"Env":null,"Cmd":null,"Entrypoint":"/bin/sh -c","Labels":null},
            "NetworkSettings":{"Ports":null,"Networks":{"podman":{"Aliases":null,"DNSNames":["pod","b"]}}},"Mounts":null,
            "HostConfig":null
            """)
        #expect(podman.config.created == 1_795_174_351_489)
        #expect(podman.status.state == ContainerState(rawValue: "stopped"))
        #expect(podman.status.health == nil)
        #expect(podman.config.entrypoint == ["/bin/sh -c"])
        #expect(podman.network.networks.first?.aliases == ["b", "pod"])
    }

    /// The Engine's own precedence, for Engines that give only the flags.
    @Test(arguments: [
        ("\"Running\":true,\"Paused\":true", ContainerState.paused),
        ("\"Running\":true,\"Restarting\":true", .restarting),
        ("\"Running\":true", .running),
        ("\"Dead\":true", .dead),
        ("\"StartedAt\":\"0001-01-01T00:00:00Z\"", .created),
        ("\"StartedAt\":\"2026-11-20T11:32:31Z\"", .exited),
    ])
    func `derives a state from flags`(flags: String, state: ContainerState) throws {
        #expect(try Self.parse("\"State\":{\(flags)}").status.state == state)
    }

    /// A container in removal has lost its name; a record needs one.
    @Test func `names a container without a name by its short id`() throws {
        #expect(try Self.parse("\"Name\":\"\"").config.name == "0123456789ab")
    }

    @Test(arguments: [
        "", "[]", "{}", "{\"Id\":\"abc\"}", "{\"Id\":7}", "{\"Id\":\"" + id + "\",\"Created\":\"yesterday\"}",
        "{\"Id\":\"" + id + "\",\"Config\":{\"Labels\":{\"a\":1}}}", "{\"Id\":\"" + id + "\"}x",
        "{\"Id\":\"" + id + "\",\"Config\":{\"Labels\":{\"a\":\"1\",\"a\":\"2\"}}}",
    ])
    func `refuses what is no description of a container`(text: String) {
        #expect(throws: JSONError.self) { try Inspection(parsing: Array(text.utf8)) }
    }

    /// The strict reader lets no byte through that is not UTF-8.
    @Test func `refuses bytes that are not UTF-8`() {
        let bytes = Array("{\"Id\":\"\(Self.id)\",\"Name\":\"".utf8) + [0xFF] + Array("\"}".utf8)
        #expect(throws: JSONError.self) { try Inspection(parsing: bytes) }
    }
}

/// The list's entries.
@Suite struct `A list entry's fingerprint` {
    private static let id = String(repeating: "0123456789abcdef", count: 4)

    private static func entry(_ members: String) throws(JSONError) -> ContainerSummary {
        try ContainerSummary(parsing: Array("{\"Id\":\"\(id)\",\(members)}".utf8))
    }

    /// The Engine walks maps for ports and mounts, and counts the minutes.
    @Test func `does not depend on order or on time`() throws {
        let one = try Self.entry(
            """
            "Names":["/a","/b/a"],"Image":"i","ImageID":"x","State":"running","Status":"Up 5 minutes (healthy)",
            "Ports":[{"PrivatePort":1,"Type":"tcp"},{"PrivatePort":2,"Type":"tcp"}],"Mounts":[{"a":1},{"b":2}],"SizeRw":1
            """)
        let other = try Self.entry(
            """
            "Names":["/b/a","/a"],"Image":"i","ImageID":"x","State":"running","Status":"Up 2 days (healthy)",
            "Ports":[{"PrivatePort":2,"Type":"tcp"},{"PrivatePort":1,"Type":"tcp"}],"Mounts":[{"b":2},{"a":1}],"SizeRw":2
            """)
        #expect(one.fingerprint == other.fingerprint)
        #expect(one.image == "i")
        #expect(one.state == "running")
    }

    @Test(arguments: [
        "\"Names\":[\"/b\"]", "\"Image\":\"j\"", "\"State\":\"exited\"",
        "\"Status\":\"Up 5 minutes (unhealthy)\"",
        "\"Status\":\"Exited (1) 5 minutes ago\"", "\"Labels\":{\"a\":\"b\"}",
        "\"Ports\":[{\"PrivatePort\":1}]",
        "\"Mounts\":[{}]", "\"NetworkSettings\":{\"Networks\":{}}",
    ])
    func `depends on all that matters`(change: String) throws {
        #expect(
            try Self.entry("\"Command\":\"c\"").fingerprint
                != Self.entry("\"Command\":\"c\",\(change)").fingerprint)
    }
}

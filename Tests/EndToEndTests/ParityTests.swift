internal import JSON
internal import Testing

/// The checker itself, on recorded answers: it must see every field, or the scenarios prove nothing.
@Suite struct `The parity checker` {
    private let row = """
        {"Command":"\\"sleep 1\\"","CreatedAt":"2026-11-20 11:27:55 +0000 UTC","ID":"aa","Image":"bb:1",\
        "Labels":"a=b,c=d,e","LocalVolumes":"1","Mounts":"vol,/tmp","Names":"hc","Networks":"bridge,other",\
        "Ports":"0.0.0.0:8080->80/tcp, :::8080->80/tcp","RunningFor":"3 seconds ago",\
        "Size":"0B (virtual 1.98MB)","State":"running","Status":"Up 1 second (healthy)"}
        """
    private let inspected = """
        {"Id":"aa","Name":"/hc","Created":"2026-11-20T11:27:55.942700193Z","RestartCount":2,"Image":"sha256:71",
        "State":{"Status":"running","Running":true,"OOMKilled":false,"Dead":false,"Pid":31864,"ExitCode":0,"Error":"",
          "StartedAt":"2026-11-20T11:27:56.198119714Z","FinishedAt":"0001-01-01T00:00:00Z",
          "Health":{"Status":"healthy","FailingStreak":1}},
        "Config":{"Hostname":"509f","User":"","Env":["SECRET=x","PATH=/bin"],"Cmd":["sleep","1"],"Image":"bb:1",
          "WorkingDir":"/www","Entrypoint":null,"Labels":{"a":"b","c":"d,e","com.docker.compose.project":"shop",
          "com.docker.compose.service":"web","com.docker.compose.container-number":"2",
          "com.docker.compose.oneoff":"False","com.docker.compose.project.config_files":"/x/a.yaml,/x/b.yaml"}},
        "HostConfig":{"NetworkMode":"default","RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},
          "Links":null,"LogConfig":{"Type":"json-file"},"Memory":67108864},
        "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"90/udp":null},
          "Networks":{"bridge":{"Aliases":["b","a"],"NetworkID":"99","Gateway":"172.17.0.1","IPAddress":"172.17.0.2",
          "IPPrefixLen":16,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"MacAddress":"02:42"}}},
        "Mounts":[{"Type":"volume","Name":"vol","Source":"/v","Destination":"/x","Driver":"local","Mode":"z",
          "RW":true,"Propagation":""},{"Type":"bind","Source":"/tmp","Destination":"/y","Mode":"ro","RW":false,
          "Propagation":"rprivate"}]}
        """
    private let item = """
        {"host":"h1","hostName":"h1","id":"aa","name":"hc",
        "status":{"state":"running","pid":31864,"startedAt":1795174076198,"restartCount":2,
          "health":{"status":"healthy","failingStreak":1}},
        "network":{"mode":"default","ports":[{"privatePort":80,"publicPort":8080,"ip":"0.0.0.0"},
          {"privatePort":90,"type":"udp"}],"networks":[{"name":"bridge","id":"99","ip":"172.17.0.2","prefix":16,
          "gateway":"172.17.0.1","mac":"02:42","aliases":["a","b"]}]},
        "config":{"image":"bb:1","imageId":"sha256:71","created":1795174075942,"command":["sleep","1"],
          "hostname":"509f","workingDir":"/www","labels":{"a":"b","c":"d,e","com.docker.compose.project":"shop",
          "com.docker.compose.service":"web","com.docker.compose.container-number":"2",
          "com.docker.compose.oneoff":"False","com.docker.compose.project.config_files":"/x/a.yaml,/x/b.yaml"},
          "env":{"PATH":{"digest":"1"},"SECRET":{"digest":"2"}},"logDriver":"json-file","memoryLimit":67108864,
          "restartPolicy":{"name":"on-failure","maximumRetryCount":3},
          "mounts":[{"type":"bind","source":"/tmp","destination":"/y","mode":"ro","propagation":"rprivate"},
          {"type":"volume","name":"vol","source":"/v","destination":"/x","driver":"local","mode":"z","rw":true}]},
        "compose":{"kind":"compose","project":"shop","service":"web","number":2,"configFiles":["/x/b.yaml","/x/a.yaml"]},
        "new":{"unknown":true}}
        """

    private func parse(_ text: String) throws -> JSONValue { try .parse(text) }

    private func differences(
        row: String? = nil, listed: String? = nil, item: String? = nil
    ) throws -> [Parity.Difference] {
        let engine = Parity.EngineAnswer(
            host: "h1", rows: [try parse(self.row)], inspected: [try parse(inspected)])
        let ours = (row ?? self.row).replacing(
            "\"Size\":\"0B (virtual 1.98MB)\"", with: "\"Size\":\"\",\"Host\":\"h1\"")
        return Parity.differences(
            engines: [engine],
            bayplan: .init(
                rows: [try parse(ours)], items: [try parse(listed ?? self.item)],
                inspected: [try parse(item ?? self.item)]))
    }

    @Test func `finds nothing when all is equal, whatever the order of sets`() throws {
        #expect(try differences().map(\.description) == [])
        let other = row.replacing("a=b,c=d,e", with: "c=d,e,a=b").replacing("vol,/tmp", with: "/tmp,vol")
            .replacing("0.0.0.0:8080->80/tcp, :::8080->80/tcp", with: ":::8080->80/tcp, 0.0.0.0:8080->80/tcp")
            .replacing("bridge,other", with: "other,bridge")
        #expect(try differences(row: other).map(\.description) == [])
    }

    @Test func `names every field of ps that differs`() throws {
        let whole = try parse(row)
        for member in whole.members ?? [] where member.name != "Size" {
            let value = member.value.string ?? ""
            let old = String(decoding: JSONValue.string(value).encoded, as: UTF8.self)
            let changed = row.replacing("\"\(member.name)\":\(old)", with: "\"\(member.name)\":\"0other\"")
            try #require(changed != row)
            #expect(try !differences(row: changed).isEmpty, "\(member.name)")
        }
    }

    @Test func `names every field of our schema that differs`() throws {
        let whole = try parse(item)
        var seen = 0
        for (path, changed) in variations(of: whole) where !["host", "hostName", "new"].contains(path.first) {
            seen += 1
            let text = String(decoding: changed.encoded, as: UTF8.self)
            #expect(try !differences(item: text).isEmpty, "\(path.joined(separator: "."))")
        }
        #expect(seen > 50)
    }

    @Test func `asks of a list only what lists give`() throws {
        let whole = try parse(item)
        var unseen: Set<String> = []
        for (path, changed) in variations(of: whole) where !["host", "hostName", "new"].contains(path.first) {
            let text = String(decoding: changed.encoded, as: UTF8.self)
            if try differences(listed: text).isEmpty {
                unseen.insert(path.filter { Int($0) == nil }.joined(separator: "."))
            }
        }
        #expect(
            unseen == [
                "network.networks.id", "network.networks.prefix", "network.networks.gateway",
                "network.networks.mac",
                "network.networks.aliases", "config.imageId", "config.hostname", "config.workingDir",
                "config.logDriver", "config.memoryLimit", "config.restartPolicy.maximumRetryCount",
                "config.mounts.mode", "config.mounts.propagation",
            ])
    }

    @Test func `sees a container that is missing, gone, or of an unknown host`() throws {
        let engine = Parity.EngineAnswer(
            host: "h1", rows: [try parse(row)], inspected: [try parse(inspected)])
        let none = Parity.BayplanAnswer(rows: [], items: [], inspected: [])
        #expect(
            Parity.differences(engines: [engine], bayplan: none).map(\.bayplan) == [
                "missing", "missing", "missing",
            ])
        let shown = Parity.BayplanAnswer(
            rows: [try parse(row.replacing("\"Size\"", with: "\"Host\":\"h1\",\"Size\""))],
            items: [try parse(item)], inspected: [])
        let empty = Parity.EngineAnswer(host: "h1", rows: [], inspected: [])
        #expect(
            Parity.differences(engines: [empty], bayplan: shown).map(\.bayplan) == [
                "still shown", "still shown",
            ])
        #expect(Parity.differences(engines: [], bayplan: shown).map(\.field) == ["Host"])
    }

    @Test(arguments: [
        ("Up 3 seconds", "Up 4 seconds", true), ("Up Less than a second", "Up 1 second", true),
        ("Up 59 seconds", "Up About a minute", true), ("Up 2 minutes", "Up 3 minutes", true),
        ("Up 2 minutes", "Up 4 minutes", false), ("Up 3 seconds", "Up 9 seconds", false),
        ("Up 3 seconds (healthy)", "Up 3 seconds", false),
        ("Exited (0) 2 hours ago", "Exited (1) 2 hours ago", false),
        ("Up 46 hours", "Up 2 days", true), ("Created", "Created", true), ("Created", "Up 1 second", false),
        ("Up About an hour (Paused)", "Up 59 minutes (Paused)", true),
        ("59 seconds ago", "About a minute ago", true),
    ]) func `lets a duration differ by one tick`(one: String, other: String, agrees: Bool) {
        #expect(RunningText(one).agrees(with: RunningText(other)) == agrees)
        #expect(RunningText(other).agrees(with: RunningText(one)) == agrees)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-20T11:27:56.198119714Z", 1_795_174_076_198),
        ("2024-02-29T12:00:00.5+02:00", 1_709_200_800_500), ("0001-01-01T00:00:00Z", 0),
        ("2000-03-01T00:00:00.0009Z", 951_868_800_000),
    ]) func `reads the Engine's times`(text: String, expected: Int) {
        #expect(EngineTime.milliseconds(text) == Int64(expected))
    }

    /// Each leaf of a value in turn, changed, with the path to it.
    private func variations(of value: JSONValue) -> [([String], JSONValue)] {
        switch value {
        case .object(let members):
            return members.indices.flatMap { index in
                variations(of: members[index].value).map { path, changed in
                    var copy = members
                    copy[index] = .init(members[index].name, changed)
                    return ([members[index].name] + path, .object(copy))
                }
                // A digest may be anything: it stands for a value that the Engine shows and we do not.
                .filter { !$0.0.contains("digest") }
            }
        case .array(let elements):
            return elements.indices.flatMap { index in
                variations(of: elements[index]).map { path, changed in
                    var copy = elements
                    copy[index] = changed
                    return (["\(index)"] + path, .array(copy))
                }
            }
        case .string(let text): return [([], .string(text + "?"))]
        case .integer(let number): return [([], .integer(number + 7))]
        case .bool(let flag): return [([], .bool(!flag))]
        case .null, .double: return [([], .string("?"))]
        }
    }
}

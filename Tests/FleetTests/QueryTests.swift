import Fleet
import Inventory
import Testing
import Wire

/// Requirements B6 and B7: questions about labels and texts.
@Suite struct `A fleet that is asked` {
    private static let host = HostKey(rawValue: 1)

    /// A fleet with hosts `h1`, `h2`, … of containers that are numbered through.
    private func fleet(_ hosts: [[Config]]) throws -> Fleet {
        let fleet = Fleet()
        var number: UInt64 = 0
        for (index, configs) in hosts.enumerated() {
            let key = HostKey(rawValue: UInt32(index + 1))
            fleet.add(host: key, id: try #require(HostID("h\(index + 1)")), name: "")
            var changes: [ContainerChange] = []
            for config in configs {
                number += 1
                let container = Container(
                    id: ContainerID(words: (number << 56 | 0xABC, 0x1234_5678_9ABC_DEF0, 0, 0xFEDC)),
                    status: Status(state: .running), network: Network(), config: config)
                changes.append(
                    ContainerChange(
                        id: container.id, kind: .put(FacetChanges(whole: EncodedContainer(container)))))
            }
            fleet.apply(try Fleet.prepare(changes, key: SipHash.Key(low: 1, high: 2)), to: key, at: 1)
        }
        return fleet
    }

    private func config(
        _ name: String, image: String = "", created: Int64 = 0, labels: [String: String] = [:]
    ) -> Config {
        var config = Config(name: name)
        config.image = image
        config.created = created
        config.labels = labels
        return config
    }

    /// B7: a part of the name, the image or the id, in either case.
    @Test(arguments: [
        ("web", ["web-1", "Web-2"]), ("WEB", ["web-1", "Web-2"]), ("nginx", ["web-1", "db"]),
        ("eb-", ["web-1", "Web-2"]),
        ("0000abc12345", ["web-1", "Web-2", "db"]), ("010000", ["web-1"]),
        ("bcdef00000", ["web-1", "Web-2", "db"]),
        ("fedc", ["web-1", "Web-2", "db"]), ("fedc0", []), ("abd", []), ("", []), ("nothing", []),
    ]) func `finds a part of a name, an image or an id`(text: String, names: [String]) throws {
        let view = try fleet([
            [config("web-1", image: "nginx:1"), config("Web-2", image: "httpd")],
            [config("db", image: "docker.io/nginx")], [],
        ]).read()
        let found = view.search(text)
        #expect(found.slots.map { view.summary($0).config.name } == names)
        #expect(found.total == names.count)
        #expect(found.hosts == (names.isEmpty ? 0 : names.contains("db") ? (names.count > 1 ? 2 : 1) : 1))
        #expect(view.search(text, limit: 1).slots.count == min(1, names.count))
        #expect(view.search(text, limit: 1).total == names.count)
    }

    /// An id's digits are found wherever they stand.
    @Test func `finds every part of an id`() throws {
        let id = ContainerID(
            words: (
                0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210, 0x0F1E_2D3C_4B5A_6978, 0x8796_A5B4_C3D2_E1F0
            ))
        let text = Array(id.description.utf8)
        for start in 0..<64 {
            for count in [1, 15, 16, 17, 31, 40, 64] where start + count <= 64 {
                let part = try #require(HexadecimalPart(Array(text[start..<start + count])))
                #expect(part.isIn(id), "\(start) \(count)")
                var other = Array(text[start..<start + count])
                other[count - 1] = other[count - 1] == 0x61 ? 0x62 : 0x61
                let isThere = id.description.contains(String(decoding: other, as: UTF8.self))
                #expect(try #require(HexadecimalPart(other)).isIn(id) == isThere, "\(start) \(count)")
            }
        }
        #expect(HexadecimalPart([]) == nil)
        #expect(HexadecimalPart(Array("xyz".utf8)) == nil)
    }

    /// B6: keys and values with how many have them.
    @Test func `counts labels`() throws {
        let fleet = try fleet([
            [
                config("a", labels: ["app": "web", "env": "prod"]),
                config("b", labels: ["app": "web", "env": ""]),
            ], [config("c", labels: ["app": "db", "äpp": "x"])],
        ])
        let view = fleet.read()
        #expect(
            view.labelKeys().map { "\($0.key) \($0.containers) \($0.values)" } == [
                "app 3 2", "env 2 2", "äpp 1 1",
            ])
        #expect(view.labelKeys(prefix: "e").map(\.key) == ["env"])
        #expect(view.labelKeys(prefix: "x") == [])
        func values(_ key: String) -> [String]? {
            view.labelValues(of: key)?.map { "\($0.value) \($0.containers)" }
        }
        #expect(values("app") == ["db 1", "web 2"])
        #expect(values("env") == [" 1", "prod 1"])
        #expect(view.labelValues(of: "web") == nil)
        #expect(view.labelValues(of: "absent") == nil)
        fleet.remove(host: Self.host)
        #expect(fleet.read().labelKeys().map(\.key) == ["app", "äpp"])
        #expect(view.labelKeys().count == 3)
    }

    /// docker's `--last`: those that were made last, newest first.
    @Test func `gives the newest`() throws {
        let view = try fleet([
            [config("a", created: 5), config("b", created: 9)],
            [config("c", created: 7), config("d", created: 9)],
        ]).read()
        var query = Query()
        query.newest = 3
        let found = view.containers(matching: query)
        #expect(found.slots.map { view.summary($0).config.name } == ["b", "d", "c"])
        #expect(found.total == 3 && found.next == nil)
        query.createdSince = 5
        query.createdBefore = 9
        #expect(view.containers(matching: query).slots.map { view.summary($0).config.name } == ["c"])
    }

    /// A container that was started by id is of the image that others of its host name.
    @Test func `knows images by what others of the host call them`() throws {
        var named = config("named", image: "shop/web:2")
        named.imageID = "sha256:aaaa"
        var byID = config("by-id", image: "sha256:aaaa")
        byID.imageID = "sha256:aaaa"
        var moved = config("moved", image: "sha256:bbbb")
        moved.imageID = "sha256:bbbb"
        let view = try fleet([[named, byID, moved], [byID]]).read()
        func names(_ ancestor: String) throws -> [String] {
            var query = Query()
            try query.filters.add(key: "ancestor", value: ancestor)
            return view.containers(matching: query).slots.map {
                "\(view.summary($0).hostID)/\(view.summary($0).config.name)"
            }
        }
        #expect(try names("docker.io/shop/web:2") == ["h1/named", "h1/by-id"])
        #expect(try names("shop/web") == [])
        #expect(try names("aaaa") == ["h1/named", "h1/by-id", "h2/by-id"])
        #expect(try names("sha256:bb") == ["h1/moved"])
    }
}

import Fleet
import Inventory
import JSON
import Testing
import Wire

@Suite struct `A fleet's facets` {
    private typealias Changes = `A change set of a fleet`

    /// The fleet reads bytes into words with parsers of its own; they must refuse exactly what the protocol's
    /// refuse.
    @Test(arguments: Facet.allCases) func `are refused just when the protocol's own reader refuses them`(
        facet: Facet,
    ) throws {
        var sample = Sample(seed: UInt64(facet.index) + 40)
        var refused = 0
        for _ in 0..<400 {
            let container = Container(
                id: sample.id(), status: sample.status(), network: sample.network(), config: sample.config(),
                compose: sample.compose())
            let bytes = try #require(EncodedContainer(container)[facet])
            guard bytes.count < 4_000 else { continue }
            let value = Self.damaged(try JSONValue(parsing: bytes), &sample).encoded
            var changes = FacetChanges()
            changes[facet] = .value(value)
            let isReadable = (try? Self.read(facet, value)) != nil
            do {
                _ = try Fleet.prepare(
                    [ContainerChange(id: container.id, kind: .put(changes))], key: Changes.key)
                #expect(isReadable, "\(String(decoding: value, as: UTF8.self))")
            } catch {
                refused += 1
                #expect(!isReadable, "\(String(decoding: value, as: UTF8.self))")
                #expect(error.facet == facet && error.container == container.id)
            }
        }
        #expect(refused > 20)
    }

    private static func read(_ facet: Facet, _ bytes: [UInt8]) throws {
        var reader = JSONReader(bytes)
        switch facet {
        case .status: _ = try reader.readStatus()
        case .network: _ = try reader.readNetwork()
        case .config: _ = try reader.readConfig()
        case .compose: _ = try reader.readCompose()
        }
        try reader.finish()
    }

    /// The value with one of its parts replaced by something else.
    private static func damaged(_ value: JSONValue, _ sample: inout Sample) -> JSONValue {
        let strange: [JSONValue] = [
            .null, .bool(true), .integer(-1), .integer(70_000), .double(0.5), .string("x"), .string(""),
            .array([]),
            .object([]), .array([.object([])]), .object([.init("x", .integer(1))]),
        ]
        switch value {
        case .object(let members) where !members.isEmpty && sample.chance(90):
            let chosen = Int.random(in: 0..<members.count, using: &sample.random)
            return .object(
                members.enumerated().map { index, member in
                    index == chosen ? .init(member.name, damaged(member.value, &sample)) : member
                })
        case .array(let elements) where !elements.isEmpty && sample.chance(90):
            let chosen = Int.random(in: 0..<elements.count, using: &sample.random)
            return .array(elements.enumerated().map { $0 == chosen ? damaged($1, &sample) : $1 })
        default: return sample.pick(strange)
        }
    }

    @Test func `that can't be read leave a set as it was`() throws {
        var set = PreparedSet(key: Changes.key)
        try set.add(Changes.put(Changes.container(1)))
        var changes = FacetChanges()
        changes.config = .value(Array(#"{"name":"x","labels":{"a":"b","c":3}}"#.utf8))
        let error = #expect(throws: FacetError.self) {
            try set.add(ContainerChange(id: Changes.id(2), kind: .put(changes)))
        }
        #expect(error?.cause.code == .wrongType)
        #expect(error?.description.contains("config of container") == true)
        try set.add(Changes.put(Changes.container(3)))
        let fleet = try Changes.fleet()
        #expect(fleet.apply(set, to: Changes.host, at: 1).added == 2)
        #expect(Changes.names(fleet.read()) == ["c1", "c3"])
    }

    /// Requirement B13, what a list gives: the same members as on the wire, in the same form.
    @Test func `are written as the protocol writes them`() throws {
        var sample = Sample(seed: 77)
        let fleet = try Changes.fleet()
        for number in 1...60 as ClosedRange<UInt64> {
            let container = Container(
                id: Changes.id(number), status: sample.status(), network: sample.network(),
                config: sample.config(),
                compose: sample.chance(50) ? sample.compose() : nil)
            fleet.apply(try Changes.prepared([Changes.put(container)]), to: Changes.host, at: 5)
            let view = fleet.read()
            var writer = JSONWriter()
            view.write(try #require(view.container(container.id, on: Changes.host)), into: &writer)
            var hot = try Model.hot(EncodedContainer(container), container.id)
            // Kept for filters, not given by lists.
            hot.config.imageID = ""
            hot.config.environment = [:]
            hot.config.portBindings = []
            for index in hot.network.networks.indices { hot.network.networks[index].id = "" }
            let (given, wanted) = (try JSONValue(parsing: writer.bytes), try Self.wanted(hot, at: 5))
            #expect(
                given == wanted,
                """
                \(String(decoding: given.encoded, as: UTF8.self)) is not
                \(String(decoding: wanted.encoded, as: UTF8.self))
                """
            )
        }
    }

    /// The object as the protocol's writers give it.
    private static func wanted(_ container: Container, at time: Int64) throws -> JSONValue {
        let encoded = EncodedContainer(container)
        var members: [JSONValue.Member] = [
            .init("host", .string("h1")), .init("hostName", .string("First")),
            .init("id", .string(container.id.description)), .init("name", .string(container.config.name)),
        ]
        for facet in Facet.allCases {
            guard let bytes = encoded[facet] else { continue }
            let facetMembers = try JSONValue(parsing: bytes).members ?? []
            let kept = facetMembers.compactMap { member -> JSONValue.Member? in
                if facet == .config, member.name == "name" { return nil }
                if member.name == "restartPolicy", member.value["name"]?.string == "" { return nil }
                return member
            }
            if !kept.isEmpty { members.append(.init(facet.rawValue, .object(kept))) }
        }
        return .object(members + [.init("changedAt", .integer(time))])
    }

    @Test func `can be chosen by name`() throws {
        let fleet = try Changes.fleet()
        var container = Changes.container(2)
        container.status.health = Health(status: Health.healthy)
        container.network.ports = [Port(privatePort: 80, publicPort: 8_080, ip: "0.0.0.0")]
        fleet.apply(try Changes.prepared([Changes.put(container)]), to: Changes.other, at: 5)
        let view = fleet.read()
        func text(_ names: String) throws -> String {
            var writer = JSONWriter()
            try writer.array { [fields = FieldSet(parsing: names)] writer in
                for slot in view.containers(matching: Query()).slots {
                    view.write(slot, fields, into: &writer)
                }
            }
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(try text("name,host") == #"[{"host":"h2","name":"c2"}]"#)
        #expect(
            try text("status.state,status.health, network.ports")
                == #"[{"status":{"state":"running","health":{"status":"healthy"}},"#
                + #""network":{"ports":[{"privatePort":80,"publicPort":8080,"ip":"0.0.0.0"}]}}]"#)
        #expect(
            try text("config") == #"[{"config":{"image":"nginx:1","labels":{"all":"yes","number":"2"}}}]"#)
        #expect(try text("hostName,status.pid,network.networks") == "[{}]")
        #expect(
            try FieldSet(parsing: "host,hostName,id,name,status,network,config,compose,changedAt") == .all)
    }

    @Test(arguments: ["", "name,", "status.uptime", "Name", "env"]) func `that lists can't give are named`(
        text: String
    ) {
        let error = #expect(throws: FieldError.self) { try FieldSet(parsing: text) }
        #expect(error?.description.contains("config.image") == true)
    }
}

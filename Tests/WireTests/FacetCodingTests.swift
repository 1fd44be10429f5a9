import Inventory
import JSON
import TestSupport
import Testing
import Wire

/// Requirements A5, A7: a facet's bytes say everything that the value says, and equal values give equal bytes.
@Suite struct `A facet's JSON` {
    @Test(arguments: 0..<300 as Range<UInt64>) func `says all of a container`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let container = Container.random(using: &random)
        let encoded = EncodedContainer(container)
        #expect(try Self.decoded(encoded, id: container.id) == container)
        #expect(EncodedContainer(try Self.decoded(encoded, id: container.id)) == encoded)
    }

    @Test func `says all of a container that has everything`() throws {
        let container = SampleFleet.everything
        #expect(try Self.decoded(EncodedContainer(container), id: container.id) == container)
    }

    @Test func `leaves out what holds its default`() {
        let container = Container(
            id: Sample.id(1), status: Status(state: .created), network: Network(), config: Config(name: "c"))
        let encoded = EncodedContainer(container)
        let texts = Facet.allCases.map { encoded[$0].map { String(decoding: $0, as: UTF8.self) } }
        #expect(texts == [#"{"state":"created"}"#, "{}", #"{"name":"c"}"#, nil])
    }

    @Test func `writes maps sorted by their names' bytes, whatever order they were made in`() {
        var config = Config(name: "c")
        config.labels = ["b": "2", "B": "1", "a": "3", "ä": "4", "\u{1F600}": "5", "\u{FFFD}": "6"]
        var writer = JSONWriter()
        writer.facet(config)
        let wanted = #"{"name":"c","labels":{"B":"1","a":"3","b":"2","ä":"4","�":"6","😀":"5"}}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == wanted)
    }

    /// Requirement H5.
    @Test func `says of an environment value that stays on its host only its digest`() throws {
        var config = Config(name: "c")
        config.environment = ["PASSWORD": .digest("35b4d0a16f0be1b7"), "TZ": .value("Europe/Berlin")]
        var writer = JSONWriter()
        writer.facet(config)
        let wanted =
            #"{"name":"c","env":{"PASSWORD":{"digest":"35b4d0a16f0be1b7"},"TZ":{"value":"Europe/Berlin"}}}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == wanted)
        var reader = JSONReader(writer.bytes)
        #expect(try reader.readConfig() == config)
    }

    @Test func `passes over members that a later version adds`() throws {
        let later = #"{"x":[{}],"state":"running","health":{"status":"healthy","log":["a"]},"y":null}"#
        var reader = JSONReader(Array(later.utf8))
        var status = Status(state: .running)
        status.health = Health(status: "healthy")
        #expect(try reader.readStatus() == status)
    }

    @Test func `takes states and words that a later Engine adds`() throws {
        var reader = JSONReader(Array(#"{"state":"hibernating"}"#.utf8))
        #expect(try reader.readStatus().state == ContainerState(rawValue: "hibernating"))
    }

    @Test(arguments: ["{}", #"{"state":""}"#, #"{"state":1}"#, #"{"state":"a","pid":"1"}"#, "null", "[]"])
    func `refuses a status without a state or with wrong types`(text: String) {
        #expect(throws: JSONError.self) {
            var reader = JSONReader(Array(text.utf8))
            _ = try reader.readStatus()
        }
    }

    @Test(arguments: [
        #"{"ports":[{"privatePort":65536}]}"#, #"{"ports":[{"privatePort":-1}]}"#, #"{"ports":{}}"#,
    ])
    func `refuses ports that are none`(text: String) {
        #expect(throws: JSONError.self) {
            var reader = JSONReader(Array(text.utf8))
            _ = try reader.readNetwork()
        }
    }

    private static func decoded(_ encoded: EncodedContainer, id: ContainerID) throws -> Container {
        var readers: [Facet: JSONReader] = [:]
        for facet in Facet.allCases { readers[facet] = encoded[facet].map { JSONReader($0) } }
        var compose: Compose?
        if readers[.compose] != nil { compose = try readers[.compose]?.readCompose() }
        return Container(
            id: id, status: try #require(try readers[.status]?.readStatus()),
            network: try #require(try readers[.network]?.readNetwork()),
            config: try #require(try readers[.config]?.readConfig()), compose: compose)
    }
}

import Inventory
import JSON
import Wire

/// A session written down: what happens to each end, and every frame, in the order in which the other end takes it.
///
/// One JSON object with one member a line; `proto/README.md` says what each means.
struct Transcript {
    /// A line of the file.
    enum Line: Equatable {
        case note
        case settings(Settings)
        /// The agent's process starts; what it says in `hello` besides its state.
        case start(Hello)
        /// The Engine has this container now.
        case put(ContainerID, EncodedContainer)
        case gone(ContainerID)
        /// The agent has seen the Engine's whole list.
        case complete
        case connect
        /// The connection is lost; both ends know.
        case cut
        /// So many milliseconds pass, and both ends look at the clock.
        case later(Int64)
        /// What was applied lies on the aggregator's disk.
        case stored
        /// The aggregator's copy of these facets is wrong from now on.
        case damage(ContainerID, EncodedContainer)
        case leave(String)
        /// What the aggregator holds now.
        case holds(Holding)
        case agent([UInt8])
        case aggregator([UInt8])
        /// That end closes the connection.
        case closes(Party)
    }

    enum Party: String {
        case agent
        case aggregator
    }

    /// Limits of both ends, small enough that short sessions reach them.
    struct Settings: Equatable {
        var heartbeat: Int64 = 2_000
        var windowFrames: Int64 = 256
        var windowBytes: Int64 = 8 << 20
        var pieces = PieceLimits()
    }

    /// What can be seen of the aggregator's side from outside.
    struct Holding: Equatable {
        var containers: Int64
        var digest: String
        /// Nil while nothing was applied.
        var version: Int64?
        var isLive: Bool
    }

    var lines: [(line: Line, text: [UInt8])] = []

    init() {}

    init(parsing bytes: [UInt8]) throws {
        for text in bytes.split(separator: 0x0A) {
            lines.append((try Line(parsing: Array(text)), Array(text)))
        }
    }

    /// The file.
    var bytes: [UInt8] { lines.flatMap { $0.text + [0x0A] } }
}

extension Transcript.Line {
    /// Whether it comes from an end, and not from the world around both.
    var isFrame: Bool {
        switch self {
        case .agent, .aggregator, .closes: true
        default: false
        }
    }

    /// The text of a line that an end brought forth, or that says what one holds.
    var text: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch self {
            case .agent(let body):
                writer.key("agent")
                writer.raw(body)
            case .aggregator(let body):
                writer.key("aggregator")
                writer.raw(body)
            case .closes(let party): writer.member("closes", party.rawValue)
            case .holds(let holding):
                writer.object("holds") { writer in
                    writer.member("containers", holding.containers)
                    writer.member("digest", holding.digest)
                    if let version = holding.version { writer.member("version", version) }
                    writer.member("live", holding.isLive)
                }
            default: preconditionFailure("other lines are kept as they were read")
            }
        }
        return writer.bytes
    }

    init(parsing text: [UInt8]) throws {
        var reader = JSONReader(text)
        try reader.beginObject()
        guard let key = try reader.nextKey() else { throw JSONError(.invalidValue, at: 0, "an empty line") }
        switch key {
        case "note":
            _ = try reader.readString()
            self = .note
        case "settings": self = .settings(try Transcript.Settings(try reader.readValue()))
        case "start":
            let members = try reader.readRaw().dropFirst()
            guard case .hello(let hello) = try Message(parsing: Array(#"{"type":"hello","#.utf8) + members)
            else {
                throw JSONError(.invalidValue, at: 0, "start")
            }
            self = .start(hello)
        case "put":
            let (id, container) = try reader.readContainer()
            self = .put(id, container)
        case "damage":
            let (id, container) = try reader.readContainer()
            self = .damage(id, container)
        case "gone": self = .gone(try Self.id(try reader.readString()))
        case "complete": self = try reader.readMark(.complete)
        case "connect": self = try reader.readMark(.connect)
        case "cut": self = try reader.readMark(.cut)
        case "stored": self = try reader.readMark(.stored)
        case "later": self = .later(try reader.readInteger(in: 0...1_000_000))
        case "leave": self = .leave(try reader.readString())
        case "holds": self = .holds(try Transcript.Holding(try reader.readValue()))
        case "agent": self = .agent(Array(try reader.readRaw()))
        case "aggregator": self = .aggregator(Array(try reader.readRaw()))
        case "closes":
            guard let party = Transcript.Party(rawValue: try reader.readString()) else {
                throw JSONError(.invalidValue, at: 0, "closes")
            }
            self = .closes(party)
        default: throw JSONError(.invalidValue, at: 0, "a line of no known kind")
        }
        guard try reader.nextKey() == nil else {
            throw JSONError(.invalidValue, at: 0, "two members in a line")
        }
        try reader.finish()
    }

    fileprivate static func id(_ text: String) throws -> ContainerID {
        guard let id = ContainerID(text) else { throw JSONError(.invalidValue, at: 0, "a container id") }
        return id
    }
}

extension Transcript.Settings {
    fileprivate init(_ value: JSONValue) throws {
        heartbeat = value["heartbeat"]?.integer ?? heartbeat
        windowFrames = value["windowFrames"]?.integer ?? windowFrames
        windowBytes = value["windowBytes"]?.integer ?? windowBytes
        pieces.bytes = value["pieceBytes"]?.integer.map { Int($0) } ?? pieces.bytes
        pieces.entries = value["pieceEntries"]?.integer.map { Int($0) } ?? pieces.entries
        pieces.ids = value["pieceIds"]?.integer.map { Int($0) } ?? pieces.ids
    }
}

extension Transcript.Holding {
    fileprivate init(_ value: JSONValue) throws {
        containers = value["containers"]?.integer ?? 0
        digest = value["digest"]?.string ?? ""
        version = value["version"]?.integer
        isLive = value["live"]?.bool ?? false
    }
}

extension JSONReader {
    fileprivate mutating func readMark(_ line: Transcript.Line) throws(JSONError) -> Transcript.Line {
        guard try readBool() else { throw JSONError(.invalidValue, at: position, "true") }
        return line
    }

    /// Reads `{"id":…,"status":{…},…}`, each facet's bytes as they stand.
    fileprivate mutating func readContainer() throws(JSONError) -> (
        id: ContainerID, container: EncodedContainer
    ) {
        var id: ContainerID?
        var container = EncodedContainer()
        try beginObject()
        while let key = try nextKey() {
            if case "id" = key {
                id = ContainerID(utf8: try readUTF8())
            } else if let facet = Facet(rawValue: key.string) {
                container[facet] = FacetBytes(try readRaw())
            } else {
                throw JSONError(.invalidValue, at: position, "no such facet")
            }
        }
        guard let id else { throw JSONError(.invalidValue, at: position, "a container id") }
        return (id, container)
    }
}

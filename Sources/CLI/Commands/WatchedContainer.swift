import JSON

/// A container as a watch has told it: each facet's bytes, as they came.
///
/// Bytes and not values, since a fleet is kept whole in memory here.
struct WatchedContainer: Equatable {
    let host: String
    let id: String
    private var status: [UInt8] = []
    private var network: [UInt8] = []
    private var config: [UInt8] = []
    private var compose: [UInt8] = []

    init(host: String, id: String) {
        self.host = host
        self.id = id
    }

    /// Replaces a facet; one that this program doesn't know is left out.
    mutating func replace(_ facet: String, with bytes: [UInt8]) {
        switch facet {
        case "status": status = bytes
        case "network": network = bytes
        case "config": config = bytes
        case "compose": compose = bytes
        default: break
        }
    }

    /// The row that a list would give.
    func row(hostName: String) throws(JSONError) -> ContainerRow {
        var writer = JSONWriter(capacity: 256 + status.count + network.count + config.count + compose.count)
        writer.object { writer in
            writer.member("host", host)
            writer.member("hostName", hostName)
            writer.member("id", id)
            func facet(_ name: StaticString, _ bytes: [UInt8]) {
                guard !bytes.isEmpty else { return }
                writer.key(name)
                writer.raw(bytes[...])
            }
            facet("status", status)
            facet("network", network)
            facet("config", config)
            facet("compose", compose)
        }
        var reader = JSONReader(writer.bytes)
        return try ContainerRow(&reader)
    }
}

/// One line of a watch with the facets' bytes.
struct WatchedChange {
    var type = ""
    var revision = ""
    var host = ""
    var id = ""
    var reason = ""
    /// New bytes of facets; empty for one that is gone.
    var facets: [(name: String, bytes: [UInt8])] = []

    /// By host and id.
    var key: String { "\(host)/\(id)" }

    init(_ line: [UInt8]) throws(JSONError) {
        var reader = JSONReader(line)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "type": type = try reader.readString()
            case "revision": revision = try reader.readNull() ? "" : try reader.readString()
            case "host": host = try reader.readString()
            case "id": id = try reader.readString()
            case "reason": reason = try reader.readString()
            case "changes":
                try reader.beginObject()
                while let facet = try reader.nextKey() {
                    let name = facet.string
                    facets.append((name, try reader.readNull() ? [] : Array(try reader.readRaw())))
                }
            default: try reader.skip()
            }
        }
        try reader.finish()
    }
}

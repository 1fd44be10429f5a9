import Inventory
import JSON

/// A mount of a container, as the API's list gives it.
struct MountRow: Sendable {
    var place = RowPlace()
    var type = ""
    /// The volume's name; empty for binds.
    var name = ""
    var source = ""
    var destination = ""
    var driver = ""
    var isWritable = false

    /// A row without anything.
    init() {}

    /// Reads one object of the list.
    init(_ reader: inout JSONReader) throws(JSONError) {
        let value = try reader.readValue()
        place = RowPlace(value)
        type = value["type"]?.string ?? ""
        name = value["name"]?.string ?? ""
        source = value["source"]?.string ?? ""
        destination = value["destination"]?.string ?? ""
        driver = value["driver"]?.string ?? ""
        isWritable = value["rw"]?.bool ?? false
    }
}

/// A port of a host with the container that has it, as the API's list gives it.
struct PortRow: Sendable {
    var place = RowPlace()
    /// Empty for every address.
    var ip = ""
    var port: Int64 = 0
    var type = ""
    var privatePort: Int64 = 0
    var isPublished = false
    /// Which clash it is a part of; 0 where clashes weren't asked for.
    var clash: Int64 = 0

    /// A row without anything.
    init() {}

    /// Reads one object of the list.
    init(_ reader: inout JSONReader) throws(JSONError) {
        let value = try reader.readValue()
        place = RowPlace(value)
        ip = value["ip"]?.string ?? ""
        port = value["publicPort"]?.integer ?? 0
        type = value["type"]?.string ?? ""
        privatePort = value["privatePort"]?.integer ?? 0
        isPublished = value["published"]?.bool ?? false
        clash = value["clash"]?.integer ?? 0
    }

    /// The address for people.
    var address: String { ip.isEmpty ? "*" : ip }
}

/// A host's containers by what their health checks say, as the API's list gives it.
struct HealthRow: Sendable {
    var place = RowPlace()
    var total: Int64 = 0
    var healthy: Int64 = 0
    var unhealthy: Int64 = 0
    var starting: Int64 = 0
    /// Those without a health check.
    var none: Int64 = 0

    /// A row without anything.
    init() {}

    /// Reads one object of the list, or the whole document for the sums.
    init(_ reader: inout JSONReader) throws(JSONError) {
        self.init(try reader.readValue())
    }

    /// Takes over one object.
    init(_ value: JSONValue) {
        place = RowPlace(value)
        total = value["total"]?.integer ?? 0
        healthy = value["healthy"]?.integer ?? 0
        unhealthy = value["unhealthy"]?.integer ?? 0
        starting = value["starting"]?.integer ?? 0
        none = value["none"]?.integer ?? 0
    }
}

/// The host, and perhaps the container, that a row is about.
struct RowPlace: Hashable, Sendable {
    /// The host's id.
    var host = ""
    var hostName = ""
    /// The container's id; empty where a row is about a host.
    var id = ""
    var name = ""
    var state = ""

    /// Nowhere.
    init() {}

    /// Reads `host`, `hostName` and `container`.
    init(_ value: JSONValue) {
        host = value["host"]?.string ?? ""
        hostName = value["hostName"]?.string ?? ""
        id = value["container"]?["id"]?.string ?? ""
        name = value["container"]?["name"]?.string ?? ""
        state = value["container"]?["status"]?["state"]?.string ?? ""
    }

    /// The host as people know it.
    var hostTitle: String { hostName.isEmpty ? host : hostName }

    /// The twelve digits that docker shows.
    var shortID: String { String(id.utf8.prefix(12)) ?? id }
}

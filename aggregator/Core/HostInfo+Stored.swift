import Inventory
import JSON
import Wire

/// What of a host lies in the database as JSON, beside its cursor.
struct StoredHost: Hashable {
    var info: HostInfo
    /// Epochs that were followed by another, oldest first.
    var replaced: [Epoch]

    init(_ info: HostInfo, replaced: [Epoch]) {
        self.info = info
        self.replaced = replaced
    }

    /// Reads what was stored; members that a later version added are passed over.
    init(parsing bytes: [UInt8], key: HostKey, id: HostID) throws(JSONError) {
        info = HostInfo(key: key, id: id, condition: .restored)
        replaced = []
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let member = try reader.nextKey() {
            switch member {
            case "name": info.name = try reader.readString()
            case "address": info.address = try reader.readString()
            case "labels": info.labels = try reader.readStringMap()
            case "engineId": info.engineID = try reader.readString()
            case "machineId": info.machineID = try reader.readString()
            case "agent": info.agentVersion = try reader.readString()
            case "engine": info.engine = try reader.readCondition()
            case "replaced": replaced = try reader.readStrings().compactMap { Epoch($0) }
            default: try reader.skip()
            }
        }
        try reader.finish()
    }

    var encoded: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("name", info.name)
            writer.optional("address", info.address)
            writer.optional("labels", info.labels)
            writer.optional("engineId", info.engineID)
            writer.optional("machineId", info.machineID)
            writer.optional("agent", info.agentVersion)
            writer.condition(info.engine)
            writer.optional("replaced", replaced.map(\.description))
        }
        return writer.bytes
    }
}

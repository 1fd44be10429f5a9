import Inventory
import JSON
import Wire

/// What of a host lies in the database as JSON, beside its cursor.
struct StoredHost: Hashable {
    var info: HostInfo
    /// Epochs that were followed by another, oldest first.
    var replaced: [Epoch]
    /// When each facet was last known to be true, in ms since 1970: no other clock outlives the machine.
    var confirmed: [Facet: Int64] = [:]

    init(_ info: HostInfo, replaced: [Epoch]) {
        self.info = info
        self.replaced = replaced
        confirmed = info.confirmed.mapValues { info.lastHeard - (info.heard - $0) }
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
            case "confirmed": confirmed = try reader.readFacetTimes()
            case "retained": info.retained = try reader.readRetained()
            case "backSince": info.backSince = try reader.readInteger()
            case "invalid": info.isInvalid = try reader.readBool()
            case "replaced": replaced = try reader.readStrings().compactMap { Epoch($0) }
            default: try reader.skip()
            }
        }
        try reader.finish()
    }

    var encoded: [UInt8] {
        // What changes all the time would be stored all the time, and means nothing after a restart.
        var engine = info.engine
        (engine.roundTrip, engine.eventsSince, engine.lastEvent) = (0, 0, 0)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("name", info.name)
            writer.optional("address", info.address)
            writer.optional("labels", info.labels)
            writer.optional("engineId", info.engineID)
            writer.optional("machineId", info.machineID)
            writer.optional("agent", info.agentVersion)
            writer.condition(engine)
            if !confirmed.isEmpty {
                writer.object("confirmed") { writer in
                    for facet in Facet.allCases {
                        guard let time = confirmed[facet] else { continue }
                        writer.key(facet.rawValue)
                        writer.integer(time)
                    }
                }
            }
            if let retained = info.retained {
                writer.object("retained") { writer in
                    writer.member("containers", retained.containers)
                    writer.member("running", retained.running)
                }
            }
            if let revision = info.backSince { writer.member("backSince", revision) }
            writer.optional("invalid", info.isInvalid)
            writer.optional("replaced", replaced.map(\.description))
        }
        return writer.bytes
    }
}

extension JSONReader {
    fileprivate mutating func readRetained() throws(JSONError) -> HostInfo.Retained {
        var (containers, running): (Int64, Int64) = (0, 0)
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "containers": containers = try readInteger(in: 0...Int64(Int32.max))
            case "running": running = try readInteger(in: 0...Int64(Int32.max))
            default: try skip()
            }
        }
        return HostInfo.Retained(containers: Int(containers), running: Int(running))
    }

    /// A time for each facet; what a later version adds is passed over.
    fileprivate mutating func readFacetTimes() throws(JSONError) -> [Facet: Int64] {
        var times: [Facet: Int64] = [:]
        try beginObject()
        while let key = try nextKey() {
            if let facet = Facet(rawValue: key.string) {
                times[facet] = try readInteger()
            } else {
                try skip()
            }
        }
        return times
    }
}

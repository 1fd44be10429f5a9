import Inventory
import Wire

/// A host as the agent door keeps it.
struct HostEntry {
    let key: HostKey
    var record: HostRecord
    var info: HostInfo
    /// The connection that speaks for it now.
    var connection: Int?
    /// What lies in the database, to store it again only when it differs.
    var stored: [UInt8]?
    /// The database was begun anew, and this host's rows are only in memory.
    var mustResend = false
    /// Something came since the directory was told last.
    var isHeard = false
    /// When the database was last told that the host was heard, in ms since 1970.
    var heardOnDisk: Int64 = 0
    /// Until when two agents that claim to be it are shown as a conflict, in ms since 1970.
    var conflictUntil: Int64 = 0

    init(key: HostKey, id: HostID, condition: HostCondition) {
        self.key = key
        record = HostRecord()
        info = HostInfo(key: key, id: id, condition: condition)
    }

    /// Moves to another condition; `since` follows only when it is another one.
    mutating func become(_ condition: HostCondition, error: String?, at wall: Int64) {
        if info.condition != condition { info.since = wall }
        info.condition = condition
        info.error = error
    }
}

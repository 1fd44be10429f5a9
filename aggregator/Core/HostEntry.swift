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
    /// Samples came that are not in the database.
    var hasNewSamples = false
    /// When samples were last put there, in ms of the monotonic clock.
    var samplesOnDisk: Int64 = 0
    /// Two agents claim to be it.
    var conflict: Conflict?

    /// What is shown of two agents that claim to be one.
    struct Conflict {
        /// In ms since 1970.
        let until: Int64
        /// What the agents are told.
        let reason: String
    }

    init(key: HostKey, id: HostID, condition: HostCondition) {
        self.key = key
        record = HostRecord()
        info = HostInfo(key: key, id: id, condition: condition)
    }

    /// What readers see: a conflict is shown for a while, whatever else is true.
    var shown: HostInfo {
        guard let conflict else { return info }
        var shown = info
        shown.condition = .conflict
        shown.error = conflict.reason
        return shown
    }

    /// The next session brings everything, whatever is held of the host.
    mutating func mustSendAgain() {
        mustResend = true
        record.epoch = nil
        record.durable = 0
    }

    /// Moves to another condition; `since` follows only when it is another one.
    mutating func become(_ condition: HostCondition, error: String?, at wall: Int64) {
        if info.condition != condition { info.since = wall }
        info.condition = condition
        info.error = error
    }
}

package import Inventory
package import JSON

extension JSONWriter {
    /// Writes the `status` facet; members that hold their default are left out.
    package mutating func facet(_ status: Status) {
        object { writer in
            writer.member("state", status.state.rawValue)
            writer.optional("pid", status.pid)
            writer.optional("startedAt", status.startedAt)
            writer.optional("finishedAt", status.finishedAt)
            writer.optional("exitCode", status.exitCode)
            writer.optional("error", status.error)
            writer.optional("oomKilled", status.isOOMKilled)
            writer.optional("dead", status.isDead)
            writer.optional("restartCount", status.restartCount)
            if let health = status.health {
                writer.object("health") { writer in
                    writer.member("status", health.status)
                    writer.optional("failingStreak", health.failingStreak)
                }
            }
        }
    }
}

extension JSONReader {
    /// Reads the `status` facet; unknown members are passed over.
    package mutating func readStatus() throws(JSONError) -> Status {
        let start = position
        var status = Status(state: ContainerState(rawValue: ""))
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "state": status.state = ContainerState(rawValue: try readString())
            case "pid": status.pid = try readInteger()
            case "startedAt": status.startedAt = try readInteger()
            case "finishedAt": status.finishedAt = try readInteger()
            case "exitCode": status.exitCode = try readInteger()
            case "error": status.error = try readString()
            case "oomKilled": status.isOOMKilled = try readBool()
            case "dead": status.isDead = try readBool()
            case "restartCount": status.restartCount = try readInteger()
            case "health": status.health = try readHealth()
            default: try skip()
            }
        }
        guard !status.state.rawValue.isEmpty else {
            throw JSONError(.invalidValue, at: start, "status.state")
        }
        return status
    }

    private mutating func readHealth() throws(JSONError) -> Health? {
        if try readNull() { return nil }
        var health = Health(status: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "status": health.status = try readString()
            case "failingStreak": health.failingStreak = try readInteger()
            default: try skip()
            }
        }
        return health
    }
}

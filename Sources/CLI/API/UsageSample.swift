import JSON

/// What a container uses, as the API's `stats` gives it; what isn't known is nil.
struct UsageSample: Hashable, Sendable {
    /// Percent of one CPU.
    var cpu: Double?
    /// Bytes.
    var memory: Int64?
    /// Bytes that it may use: its limit, or its host's memory; 0 = not known.
    var available: Int64 = 0
    var pids: Int64?
    var received: Int64?
    var sent: Int64?
    var read: Int64?
    var written: Int64?
    /// Milliseconds since it was taken.
    var age: Int64 = 0
    /// `fresh`, `stale` or `expired`.
    var state = ""

    /// Whether it says what is used now, as far as that is ever known.
    var isCurrent: Bool { state != "expired" }

    /// Memory in percent of what may be used.
    var memoryPercent: Double? {
        guard let memory, available > 0 else { return nil }
        return Double(memory) / Double(available) * 100
    }

    /// Nothing is known.
    init() {}

    /// Reads one object; what it doesn't know it skips.
    init(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "cpuPercent": cpu = try reader.readDouble()
            case "memory": memory = try reader.readInteger()
            case "memoryAvailable": available = try reader.readInteger()
            case "pids": pids = try reader.readInteger()
            case "networkReceived": received = try reader.readInteger()
            case "networkSent": sent = try reader.readInteger()
            case "blockRead": read = try reader.readInteger()
            case "blockWritten": written = try reader.readInteger()
            case "age": age = try reader.readInteger()
            case "state": state = try reader.readString()
            default: try reader.skip()
            }
        }
    }
}

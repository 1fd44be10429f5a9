import JSON

/// One page of a list: `{"revision": …, "items": […], "continue": …}`.
struct ListDocument<Item> {
    var revision = ""
    var items: [Item] = []
    /// What asks for the next page; empty on the last one.
    var next = ""
    /// How many items there are on all pages, if the answer says so.
    var total: Int64 = 0
    /// Of a list of hosts: time between heartbeats in ms.
    var heartbeat: Int64 = 2_000
    /// Variables whose values were asked for, with how many containers have them with a value that their host hides.
    var hiddenValues: [String: Int64] = [:]

    /// Reads a page, each item by `read`.
    init(
        _ body: [UInt8],
        read: (inout JSONReader) throws(JSONError) -> Item,
    ) throws(Failure) {
        do throws(JSONError) {
            var reader = JSONReader(body, limits: JSONLimits(length: 256 << 20))
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "revision": revision = try reader.readNull() ? "" : try reader.readString()
                case "continue": next = try reader.readNull() ? "" : try reader.readString()
                case "total": total = try reader.readInteger()
                case "heartbeatMs": heartbeat = min(300_000, max(1, try reader.readInteger()))
                case "hiddenValues":
                    try reader.beginObject()
                    while let key = try reader.nextKey() {
                        hiddenValues[key.string] = try reader.readInteger()
                    }
                case "items":
                    try reader.beginArray()
                    while try reader.nextElement() { items.append(try read(&reader)) }
                default: try reader.skip()
                }
            }
            try reader.finish()
        } catch {
            throw Failure.unreadable(error)
        }
    }
}

extension Failure {
    /// An answer that isn't what was asked for.
    static func unreadable(_ error: JSONError) -> Failure {
        Failure(
            .failed,
            "The aggregator's answer can't be read: \(error). Is it an aggregator of this version?"
        )
    }
}

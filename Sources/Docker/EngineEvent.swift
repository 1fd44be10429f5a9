package import Inventory
package import JSON

/// Something that happened at an Engine.
///
/// For the state a hint only: the truth is asked for. For people it is told as it came.
package struct EngineEvent: Hashable, Sendable {
    /// `container`, `image`, `network`, `volume`.
    package var type = ""
    /// Such as `start`; for a health check `health_status: healthy`.
    package var action = ""
    /// The container's or network's id, the volume's name, the image's id or reference.
    package var actor = ""
    /// The container that a network or volume event is about.
    package var container: ContainerID?
    /// Nanoseconds since 1970 on the Engine's clock; 0 when the line was too long to hold it.
    package var time: Int64 = 0
    /// What the Engine says besides, all labels of a container or image among it; the first `attributeLimit` of it.
    package var attributes: [String: String] = [:]

    /// The most attributes that are kept of an event.
    package static let attributeLimit = 1_024

    package init(type: String, action: String, actor: String, container: ContainerID? = nil, time: Int64 = 0)
    {
        self.type = type
        self.action = action
        self.actor = actor
        self.container = container
        self.time = time
    }

    /// Reads one line of the event stream.
    ///
    /// - Parameters:
    ///   - line: One JSON object.
    ///   - isCut: The line was longer than anybody keeps (each event repeats all labels); what its beginning says is
    ///     then enough.
    /// - Throws: `JSONError` when it is not JSON, or names no type, action and actor.
    package init(parsing line: [UInt8], isCut: Bool = false) throws(JSONError) {
        self.init(type: "", action: "", actor: "")
        do {
            var reader = JSONReader(line)
            try read(&reader)
            try reader.finish()
        } catch {
            guard isCut, error.code == .truncated else { throw error }
        }
        guard !type.isEmpty, !action.isEmpty, !actor.isEmpty else {
            throw JSONError(.invalidValue, at: 0, "an event")
        }
    }

    private mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "Type": type = try reader.readShort()
            case "Action": action = try reader.readShort()
            case "timeNano": time = try reader.readInteger()
            case "Actor":
                guard try reader.beginObjectUnlessNull() else { continue }
                while let key = try reader.nextKey() {
                    switch key {
                    case "ID": actor = try reader.readShort()
                    case "Attributes": try readAttributes(&reader)
                    default: try reader.skip()
                    }
                }
            default: try reader.skip()
            }
        }
    }

    private mutating func readAttributes(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.beginObjectUnlessNull() else { return }
        while let key = try reader.nextKey() {
            switch key {
            // A container's label may have this name too; then it is not about a network or volume.
            case "container" where type == "network" || type == "volume":
                let value = try reader.readText()
                container = ContainerID(value)
                attributes["container"] = value
            default:
                let value = try reader.readText()
                if attributes.count < Self.attributeLimit { attributes[key.string] = value }
            }
        }
    }
}

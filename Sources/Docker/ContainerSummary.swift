package import Inventory
package import JSON

/// One container as `GET /containers/json` lists it, reduced to what tells whether something changed.
package struct ContainerSummary: Hashable, Sendable {
    package let id: ContainerID
    /// The image as `docker ps` shows it: the reference, or the id once the reference means another image.
    package var image = ""
    package var imageID = ""
    /// Such as `running`.
    package var state = ""
    /// Equal for equal contents, within this process.
    ///
    /// Names, image, command, ports, labels, state, exit code, health text, networks and mounts go in, in any order
    /// of ports and mounts. "Up 5 minutes" does not.
    package var fingerprint = 0

    package init(id: ContainerID) {
        self.id = id
    }

    /// Decodes one element of the list.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        var summary: ContainerSummary?
        var (image, imageID, state) = ("", "", "")
        var whole = Hasher()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "Id": summary = ContainerID(utf8: try reader.readUTF8()).map { ContainerSummary(id: $0) }
            case "Image":
                image = try reader.readShort()
                whole.combine(image)
            case "ImageID":
                imageID = try reader.readShort()
                whole.combine(imageID)
            case "Names", "Ports", "Mounts":
                whole.combine(key.utf8)
                whole.combine(try reader.readUnordered())
            case "Status":
                whole.combine(Self.lasting(try reader.readText()))
            case "State":
                state = try reader.readShort()
                whole.combine(state)
            case "Command", "Created", "Labels", "HostConfig", "NetworkSettings":
                whole.combine(key.utf8)
                whole.combine(try reader.readRaw())
            default: try reader.skip()
            }
        }
        try reader.finish()
        guard var summary else { throw JSONError(.invalidValue, at: 0, "Id") }
        summary.image = image
        summary.imageID = imageID
        summary.state = state
        summary.fingerprint = whole.finalize()
        self = summary
    }

    /// The part of a status text that does not change with time: `Exited (137) 3 days ago` → `Exited (137)`.
    static func lasting(_ text: String) -> String {
        var result = String(text.prefix { $0 != " " })
        var rest = text[...]
        while let open = rest.firstIndex(of: "("), let close = rest[open...].firstIndex(of: ")") {
            result += rest[open...close]
            rest = rest[rest.index(after: close)...]
        }
        return result
    }
}

extension JSONReader {
    /// A number that is equal for arrays with equal elements in any order.
    fileprivate mutating func readUnordered() throws(JSONError) -> Int {
        var sum = 0
        guard try beginArrayUnlessNull() else { return 0 }
        while try nextElement() {
            var hasher = Hasher()
            hasher.combine(try readRaw())
            sum &+= hasher.finalize()
        }
        return sum
    }
}

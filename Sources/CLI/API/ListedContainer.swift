import JSON

/// A container of a list as pieces of the answer's bytes: what a table shows, read without making texts of it.
///
/// One value is read into again and again, so that its arrays are made once.
struct ListedContainer {
    typealias Piece = ArraySlice<UInt8>

    /// A port as the API gives it.
    struct Port {
        var ip: Piece = []
        var privatePort: UInt16 = 0
        var publicPort: UInt16 = 0
        /// Empty when the answer doesn't say, which means tcp.
        var type: Piece = []
    }

    private(set) var host: Piece = []
    private(set) var hostName: Piece = []
    private(set) var id: Piece = []
    private(set) var name: Piece = []
    private(set) var state: Piece = []
    /// The health check's word; empty when there is none.
    private(set) var health: Piece = []
    private(set) var image: Piece = []
    /// Milliseconds since 1970, as all times here.
    private(set) var created: Int64 = 0
    private(set) var startedAt: Int64 = 0
    private(set) var finishedAt: Int64 = 0
    private(set) var exitCode: Int64 = 0
    private(set) var entrypoint: [Piece] = []
    private(set) var command: [Piece] = []
    private(set) var ports: [Port] = []

    /// Reads one container object over what was there; what it doesn't know it skips.
    mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        forget()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "host": host = try reader.readUTF8()
            case "hostName": hostName = try reader.readUTF8()
            case "id": id = try reader.readUTF8()
            case "name": name = try reader.readUTF8()
            case "status": try readStatus(&reader)
            case "network": try readNetwork(&reader)
            case "config": try readConfig(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func forget() {
        host = []
        hostName = []
        id = []
        name = []
        state = []
        health = []
        image = []
        created = 0
        startedAt = 0
        finishedAt = 0
        exitCode = 0
        entrypoint.removeAll(keepingCapacity: true)
        command.removeAll(keepingCapacity: true)
        ports.removeAll(keepingCapacity: true)
    }

    private mutating func readStatus(_ reader: inout JSONReader) throws(JSONError) {
        guard try !reader.readNull() else { return }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "state": state = try reader.readUTF8()
            case "startedAt": startedAt = try reader.readInteger()
            case "finishedAt": finishedAt = try reader.readInteger()
            case "exitCode": exitCode = try reader.readInteger()
            case "health":
                guard try !reader.readNull() else { continue }
                try reader.beginObject()
                while let key = try reader.nextKey() {
                    switch key {
                    case "status": health = try reader.readUTF8()
                    default: try reader.skip()
                    }
                }
            default: try reader.skip()
            }
        }
    }

    private mutating func readNetwork(_ reader: inout JSONReader) throws(JSONError) {
        guard try !reader.readNull() else { return }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "ports":
                try reader.beginArray()
                while try reader.nextElement() { try readPort(&reader) }
            default: try reader.skip()
            }
        }
    }

    private mutating func readPort(_ reader: inout JSONReader) throws(JSONError) {
        var port = Port()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "privatePort": port.privatePort = UInt16(try reader.readInteger(in: 0...65_535))
            case "publicPort": port.publicPort = UInt16(try reader.readInteger(in: 0...65_535))
            case "ip": port.ip = try reader.readUTF8()
            case "type": port.type = try reader.readUTF8()
            default: try reader.skip()
            }
        }
        ports.append(port)
    }

    private mutating func readConfig(_ reader: inout JSONReader) throws(JSONError) {
        guard try !reader.readNull() else { return }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "image": image = try reader.readUTF8()
            case "created": created = try reader.readInteger()
            case "entrypoint": try Self.read(&entrypoint, &reader)
            case "command": try Self.read(&command, &reader)
            default: try reader.skip()
            }
        }
    }

    private static func read(_ words: inout [Piece], _ reader: inout JSONReader) throws(JSONError) {
        guard try !reader.readNull() else { return }
        try reader.beginArray()
        while try reader.nextElement() { words.append(try reader.readUTF8()) }
    }
}

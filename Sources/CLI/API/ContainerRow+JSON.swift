import Inventory
import JSON

extension ContainerRow {
    /// Reads one container object; what it doesn't know it skips, what is missing stays empty.
    init(_ reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "host": host = try reader.readString()
            case "hostName": hostName = try reader.readString()
            case "id": id = try reader.readString()
            case "name": name = try reader.readString()
            case "status": try readStatus(&reader)
            case "network": try readNetwork(&reader)
            case "config": try readConfig(&reader)
            case "compose": try readCompose(&reader)
            case "stats": stats = try reader.readNull() ? nil : try UsageSample(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readStatus(_ reader: inout JSONReader) throws(JSONError) {
        guard try !reader.readNull() else { return }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "state": status.state = ContainerState(rawValue: try reader.readString())
            case "pid": status.pid = try reader.readInteger()
            case "startedAt": status.startedAt = try reader.readInteger()
            case "finishedAt": status.finishedAt = try reader.readInteger()
            case "exitCode": status.exitCode = try reader.readInteger()
            case "error": status.error = try reader.readString()
            case "oomKilled": status.isOOMKilled = try reader.readBool()
            case "dead": status.isDead = try reader.readBool()
            case "restartCount": status.restartCount = try reader.readInteger()
            case "health": status.health = try Self.health(&reader)
            default: try reader.skip()
            }
        }
    }

    private static func health(_ reader: inout JSONReader) throws(JSONError) -> Health? {
        guard try !reader.readNull() else { return nil }
        var health = Health(status: "")
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "status": health.status = try reader.readString()
            case "failingStreak": health.failingStreak = try reader.readInteger()
            default: try reader.skip()
            }
        }
        return health
    }

    private mutating func readNetwork(_ reader: inout JSONReader) throws(JSONError) {
        guard try !reader.readNull() else { return }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "ports":
                try reader.beginArray()
                while try reader.nextElement() { ports.append(try Self.port(&reader)) }
            case "networks":
                try reader.beginArray()
                while try reader.nextElement() {
                    var (name, id) = ("", "")
                    try reader.beginObject()
                    while let key = try reader.nextKey() {
                        switch key {
                        case "name": name = try reader.readString()
                        case "id": id = try reader.readString()
                        default: try reader.skip()
                        }
                    }
                    networks.append(name)
                    networkIDs.append(id)
                }
            default: try reader.skip()
            }
        }
    }

    private static func port(_ reader: inout JSONReader) throws(JSONError) -> Port {
        var port = Port(privatePort: 0)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "privatePort": port.privatePort = UInt16(try reader.readInteger(in: 0...65_535))
            case "publicPort": port.publicPort = UInt16(try reader.readInteger(in: 0...65_535))
            case "ip": port.ip = try reader.readString()
            case "type": port.type = try reader.readString()
            default: try reader.skip()
            }
        }
        return port
    }

    private mutating func readConfig(_ reader: inout JSONReader) throws(JSONError) {
        guard try !reader.readNull() else { return }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": if name.isEmpty { name = try reader.readString() } else { try reader.skip() }
            case "image": image = try reader.readString()
            case "imageId": imageID = try reader.readString()
            case "env": try readEnvironment(&reader)
            case "created": created = try reader.readInteger()
            case "entrypoint": entrypoint = try Self.strings(&reader)
            case "command": command = try Self.strings(&reader)
            case "labels":
                try reader.beginObject()
                while let key = try reader.nextKey() { labels.append((key.string, try reader.readString())) }
            case "mounts":
                try reader.beginArray()
                while try reader.nextElement() { mounts.append(try Self.mount(&reader)) }
            default: try reader.skip()
            }
        }
    }

    private mutating func readEnvironment(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let name = try reader.nextKey() {
            let name = name.string
            environment[name] = .digest("")
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "value": environment[name] = .value(try reader.readString())
                default: try reader.skip()
                }
            }
        }
    }

    private static func mount(_ reader: inout JSONReader) throws(JSONError) -> Mount {
        var mount = Mount(type: "", destination: "")
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "type": mount.type = try reader.readString()
            case "name": mount.name = try reader.readString()
            case "source": mount.source = try reader.readString()
            case "destination": mount.destination = try reader.readString()
            case "driver": mount.driver = try reader.readString()
            case "mode": mount.mode = try reader.readString()
            case "rw": mount.isWritable = try reader.readBool()
            case "propagation": mount.propagation = try reader.readString()
            default: try reader.skip()
            }
        }
        return mount
    }

    private mutating func readCompose(_ reader: inout JSONReader) throws(JSONError) {
        guard try !reader.readNull() else { return }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "service": service = try reader.readString()
            case "project": project = try reader.readString()
            default: try reader.skip()
            }
        }
    }

    private static func strings(_ reader: inout JSONReader) throws(JSONError) -> [String] {
        var strings: [String] = []
        guard try !reader.readNull() else { return strings }
        try reader.beginArray()
        while try reader.nextElement() { strings.append(try reader.readString()) }
        return strings
    }
}

import JSON

// The facets as `proto/Wire` reads and writes them, but into words: no `String` is made of what the fleet
// holds already. What is not kept in memory is checked all the same, since it is stored and given out as it
// came.
extension Texts {
    /// Reads a string and keeps it.
    mutating func text(_ reader: inout JSONReader) throws(JSONError) -> UInt32 {
        add(try reader.readUTF8())
    }

    /// Reads a list of strings and keeps them.
    mutating func texts(_ reader: inout JSONReader) throws(JSONError) -> [UInt32] {
        var numbers: [UInt32] = []
        try reader.beginArray()
        while try reader.nextElement() { numbers.append(try text(&reader)) }
        return numbers
    }

    /// Reads the `status` facet.
    mutating func readStatus(_ reader: inout JSONReader) throws(JSONError) -> StatusColumns {
        var status = StatusColumns()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "state": status.state = try text(&reader)
            case "pid": status.pid = try reader.readInteger()
            case "startedAt": status.startedAt = try reader.readInteger()
            case "finishedAt": status.finishedAt = try reader.readInteger()
            case "exitCode": status.exitCode = try reader.readInteger()
            case "error": status.error = try text(&reader)
            case "oomKilled": status.isOOMKilled = try reader.readBool()
            case "dead": status.isDead = try reader.readBool()
            case "restartCount": status.restartCount = try reader.readInteger()
            case "health": try readHealth(&reader, into: &status)
            default: try reader.skip()
            }
        }
        guard status.state != 0 else { throw JSONError(.invalidValue, at: 0, "status.state") }
        return status
    }

    private mutating func readHealth(
        _ reader: inout JSONReader, into status: inout StatusColumns,
    ) throws(JSONError) {
        if try reader.readNull() { return }
        status.hasHealth = true
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "status": status.health = try text(&reader)
            case "failingStreak": status.failingStreak = try reader.readInteger()
            default: try reader.skip()
            }
        }
    }

    /// Reads the `network` facet into the words of `NetworkWords`.
    mutating func readNetwork(_ reader: inout JSONReader) throws(JSONError) -> [UInt32] {
        var mode: UInt32 = 0
        var portTexts: [UInt32] = []
        var ports: [UInt32] = []
        var networks = NetworkNumbers()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "mode": mode = try text(&reader)
            case "ports":
                try reader.beginArray()
                while try reader.nextElement() { try readPort(&reader, into: &ports, &portTexts) }
            case "networks":
                try reader.beginArray()
                while try reader.nextElement() { try readEndpoint(&reader, into: &networks) }
            default: try reader.skip()
            }
        }
        let count = 1 + portTexts.count + networks.texts.count + networks.oddTexts.count
        var words: [UInt32] = [UInt32(count), mode]
        words.reserveCapacity(count + 4 + ports.count + networks.addresses.count + networks.odd.count)
        words += portTexts
        words += networks.texts
        words += networks.oddTexts
        words += [UInt32(ports.count), UInt32(networks.addresses.count), UInt32(networks.odd.count)]
        words += ports
        words += networks.addresses
        words += networks.odd
        return words
    }

    /// Reads a port: its two numbers in one word, and the texts of its address and protocol.
    mutating func readPort(
        _ reader: inout JSONReader, into ports: inout [UInt32], _ texts: inout [UInt32],
    ) throws(JSONError) {
        var privatePort: UInt32 = 0
        var publicPort: UInt32 = 0
        var ip: UInt32 = 0
        var type = Strings.Known.tcp
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "privatePort": privatePort = UInt32(try reader.readInteger(in: 0...65_535))
            case "publicPort": publicPort = UInt32(try reader.readInteger(in: 0...65_535))
            case "ip": ip = try text(&reader)
            case "type": type = try text(&reader)
            default: try reader.skip()
            }
        }
        ports.append(privatePort << 16 | publicPort)
        texts.append(ip)
        texts.append(type)
    }

    private mutating func readEndpoint(
        _ reader: inout JSONReader, into networks: inout NetworkNumbers,
    ) throws(JSONError) {
        var name: UInt32 = 0
        var id: UInt32 = 0
        var ipv6: UInt32 = 0
        var ip: ArraySlice<UInt8> = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try text(&reader)
            case "ip": ip = try reader.readUTF8()
            case "ipv6": ipv6 = try text(&reader)
            case "id": id = try text(&reader)
            case "gateway", "ipv6Gateway", "mac": _ = try reader.readUTF8()
            case "prefix", "ipv6Prefix": _ = try reader.readInteger()
            case "aliases": try checkStrings(&reader)
            default: try reader.skip()
            }
        }
        if let address = NetworkWords.ipv4(ip) {
            networks.addresses.append(address)
        } else {
            if !ip.isEmpty {
                networks.odd.append(UInt32(networks.addresses.count))
                networks.oddTexts.append(add(ip))
            }
            networks.addresses.append(0)
        }
        networks.texts.append(name)
        networks.texts.append(ipv6)
        networks.texts.append(id)
    }

    /// Reads the `compose` facet into the words of `ComposeWords`.
    mutating func readCompose(_ reader: inout JSONReader) throws(JSONError) -> [UInt32] {
        var (kind, project, service, directory): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        var number: Int64 = 0
        var files: [UInt32] = []
        var isOneOff = false
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "kind": kind = try text(&reader)
            case "project": project = try text(&reader)
            case "service": service = try text(&reader)
            case "number": number = try reader.readInteger()
            case "configFiles": files = try texts(&reader)
            case "workingDir": directory = try text(&reader)
            case "dependsOn": try checkStrings(&reader)
            case "oneoff": isOneOff = try reader.readBool()
            default: try reader.skip()
            }
        }
        guard kind != 0, project != 0 else {
            throw JSONError(.invalidValue, at: 0, "compose.kind and compose.project")
        }
        var words: [UInt32] = [UInt32(4 + files.count), kind, project, service, directory]
        words += files
        words += number.words
        words.append(isOneOff ? 1 : 0)
        return words
    }

    /// Checks a list of strings that is not kept.
    func checkStrings(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginArray()
        while try reader.nextElement() { _ = try reader.readUTF8() }
    }

    /// The networks of a container while they are read.
    private struct NetworkNumbers {
        var texts: [UInt32] = []
        var addresses: [UInt32] = []
        var odd: [UInt32] = []
        var oddTexts: [UInt32] = []
    }
}

import JSON

// The facets as `proto/Wire` reads and writes them, but into words: no `String` is made of what the fleet
// holds already. What is not kept in memory is checked all the same, since it is stored and given out as it
// came.
extension Texts {
    /// Reads a string and keeps it.
    private mutating func text(_ reader: inout JSONReader) throws(JSONError) -> UInt32 {
        add(try reader.readUTF8())
    }

    /// Reads a list of strings and keeps them.
    private mutating func texts(_ reader: inout JSONReader) throws(JSONError) -> [UInt32] {
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

    private mutating func readPort(
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
        var ipv6: UInt32 = 0
        var ip: ArraySlice<UInt8> = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try text(&reader)
            case "ip": ip = try reader.readUTF8()
            case "ipv6": ipv6 = try text(&reader)
            case "id", "gateway", "ipv6Gateway", "mac": _ = try reader.readUTF8()
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

extension Texts {
    /// Reads the `config` facet: the name, and the words of `ConfigWords`.
    mutating func readConfig(
        _ reader: inout JSONReader,
    ) throws(JSONError) -> (name: UInt32, words: [UInt32]) {
        var (name, image, policy): (UInt32, UInt32, UInt32) = (0, 0, 0)
        var created: Int64 = 0
        var (entrypoint, command, labels, mounts): ([UInt32], [UInt32], [UInt32], [UInt32]) = ([], [], [], [])
        var cut: [UInt32] = []
        var writable: [UInt32] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try text(&reader)
            case "image": image = try text(&reader)
            case "created": created = try reader.readInteger()
            case "entrypoint": entrypoint = try texts(&reader)
            case "command": command = try texts(&reader)
            case "labels":
                try reader.beginObject()
                while let label = try reader.nextKey() {
                    labels.append(add(label.utf8))
                    labels.append(try text(&reader))
                }
            case "mounts":
                try reader.beginArray()
                while try reader.nextElement() { try readMount(&reader, into: &mounts, &writable) }
            case "restartPolicy": policy = try readRestartPolicy(&reader)
            case "truncated": cut = try readCutLabels(&reader)
            default: try checkColdConfig(key, &reader)
            }
        }
        guard name != 0 else { throw JSONError(.invalidValue, at: 0, "config.name") }
        var words = [
            UInt32(2 + entrypoint.count + command.count + labels.count + mounts.count + cut.count), image,
            policy,
        ]
        words.reserveCapacity(Int(words[0]) + 7 + writable.count)
        for list in [entrypoint, command, labels, mounts, cut] { words += list }
        words += created.words
        words += [entrypoint.count, command.count, labels.count / 2, mounts.count / 5].map(UInt32.init)
        words += writable
        return (name, words)
    }

    private mutating func readMount(
        _ reader: inout JSONReader, into mounts: inout [UInt32], _ writable: inout [UInt32],
    ) throws(JSONError) {
        var (type, name, source, destination, driver): (UInt32, UInt32, UInt32, UInt32, UInt32) = (
            0, 0, 0, 0, 0
        )
        let bit = mounts.count / 5 % 32
        if bit == 0 { writable.append(0) }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "type": type = try text(&reader)
            case "name": name = try text(&reader)
            case "source": source = try text(&reader)
            case "destination": destination = try text(&reader)
            case "driver": driver = try text(&reader)
            case "rw": if try reader.readBool() { writable[writable.count - 1] |= 1 << UInt32(bit) }
            case "mode", "propagation": _ = try reader.readUTF8()
            default: try reader.skip()
            }
        }
        mounts += [type, name, source, destination, driver]
    }

    private mutating func readRestartPolicy(_ reader: inout JSONReader) throws(JSONError) -> UInt32 {
        var name: UInt32 = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try text(&reader)
            case "maximumRetryCount": _ = try reader.readInteger()
            default: try reader.skip()
            }
        }
        return name
    }

    /// Reads what was cut, and keeps the paths of labels: a label that is not whole must not be relied on.
    private mutating func readCutLabels(_ reader: inout JSONReader) throws(JSONError) -> [UInt32] {
        var paths: [UInt32] = []
        try reader.beginObject()
        while let path = try reader.nextKey() {
            if path.utf8.elementsEqual("labels".utf8) || path.utf8.starts(with: "labels.".utf8) {
                paths.append(add(path.utf8))
            }
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "length": _ = try reader.readInteger()
                case "digest": _ = try reader.readUTF8()
                default: try reader.skip()
                }
            }
        }
        return paths
    }

    /// Checks a member that only the journal keeps.
    private func checkColdConfig(_ key: JSONKey, _ reader: inout JSONReader) throws(JSONError) {
        switch key {
        case "imageId", "hostname", "user", "workingDir", "logDriver": _ = try reader.readUTF8()
        case "links": try checkStrings(&reader)
        case "memoryLimit": _ = try reader.readInteger()
        case "env":
            try reader.beginObject()
            while try reader.nextKey() != nil {
                try reader.beginObject()
                while let key = try reader.nextKey() {
                    switch key {
                    case "value", "digest": _ = try reader.readUTF8()
                    default: try reader.skip()
                    }
                }
            }
        default: try reader.skip()
        }
    }
}

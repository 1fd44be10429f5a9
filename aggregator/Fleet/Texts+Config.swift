import JSON

/// The parts of a `config` facet while they are read.
private struct ConfigParts {
    var name: UInt32 = 0
    var image: UInt32 = 0
    var imageID: UInt32 = 0
    var policy: UInt32 = 0
    var created: Int64 = 0
    var entrypoint: [UInt32] = []
    var command: [UInt32] = []
    var labels: [UInt32] = []
    var mounts: [UInt32] = []
    var writable: [UInt32] = []
    var variables: [UInt32] = []
    var shown: [UInt32] = []
    var bindings: [UInt32] = []
    var bindingTexts: [UInt32] = []
    var cut: [UInt32] = []

    /// The words of `ConfigWords`.
    var words: [UInt32] {
        let texts =
            3 + entrypoint.count + command.count + labels.count + mounts.count + variables.count
            + bindingTexts.count + cut.count
        var words = [UInt32(texts), image, imageID, policy]
        words.reserveCapacity(
            1 + texts + ConfigWords.counts + bindings.count + writable.count + shown.count)
        for list in [entrypoint, command, labels, mounts, variables, bindingTexts] { words += list }
        words += cut
        words += created.words
        words += [
            entrypoint.count, command.count, labels.count / 2, mounts.count / 5, variables.count / 2,
            bindings.count,
        ].map(UInt32.init)
        words += bindings
        words += writable
        words += shown
        return words
    }
}

extension Texts {
    /// Reads the `config` facet: the name, and the words of `ConfigWords`.
    mutating func readConfig(
        _ reader: inout JSONReader,
    ) throws(JSONError) -> (name: UInt32, words: [UInt32]) {
        var parts = ConfigParts()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": parts.name = try text(&reader)
            case "image": parts.image = try text(&reader)
            case "imageId": parts.imageID = try text(&reader)
            case "created": parts.created = try reader.readInteger()
            case "entrypoint": parts.entrypoint = try texts(&reader)
            case "command": parts.command = try texts(&reader)
            case "labels":
                try reader.beginObject()
                while let label = try reader.nextKey() {
                    parts.labels.append(add(label.utf8))
                    parts.labels.append(try text(&reader))
                }
            case "env": try readEnvironment(&reader, into: &parts)
            case "mounts":
                try reader.beginArray()
                while try reader.nextElement() { try readMount(&reader, into: &parts) }
            case "portBindings":
                try reader.beginArray()
                while try reader.nextElement() {
                    try readPort(&reader, into: &parts.bindings, &parts.bindingTexts)
                }
            case "restartPolicy": parts.policy = try readRestartPolicy(&reader)
            case "truncated": parts.cut = try readCutLabels(&reader)
            default: try checkColdConfig(key, &reader)
            }
        }
        guard parts.name != 0 else { throw JSONError(.invalidValue, at: 0, "config.name") }
        return (parts.name, parts.words)
    }

    private mutating func readMount(
        _ reader: inout JSONReader, into parts: inout ConfigParts,
    ) throws(JSONError) {
        var (type, name, source, destination, driver): (UInt32, UInt32, UInt32, UInt32, UInt32) = (
            0, 0, 0, 0, 0
        )
        let bit = parts.mounts.count / 5 % 32
        if bit == 0 { parts.writable.append(0) }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "type": type = try text(&reader)
            case "name": name = try text(&reader)
            case "source": source = try text(&reader)
            case "destination": destination = try text(&reader)
            case "driver": driver = try text(&reader)
            case "rw":
                if try reader.readBool() { parts.writable[parts.writable.count - 1] |= 1 << UInt32(bit) }
            case "mode", "propagation": _ = try reader.readUTF8()
            default: try reader.skip()
            }
        }
        parts.mounts += [type, name, source, destination, driver]
    }

    /// Keeps names, and the values that the policy shows; what hides a value is only checked.
    private mutating func readEnvironment(
        _ reader: inout JSONReader, into parts: inout ConfigParts,
    ) throws(JSONError) {
        try reader.beginObject()
        while let name = try reader.nextKey() {
            let bit = parts.variables.count / 2 % 32
            if bit == 0 { parts.shown.append(0) }
            let key = add(name.utf8)
            var value: UInt32 = 0
            try reader.beginObject()
            while let member = try reader.nextKey() {
                switch member {
                case "value":
                    value = try text(&reader)
                    parts.shown[parts.shown.count - 1] |= 1 << UInt32(bit)
                case "digest": _ = try reader.readUTF8()
                default: try reader.skip()
                }
            }
            parts.variables += [key, value]
        }
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
        case "hostname", "user", "workingDir", "logDriver": _ = try reader.readUTF8()
        case "links": try checkStrings(&reader)
        case "memoryLimit": _ = try reader.readInteger()
        default: try reader.skip()
        }
    }
}

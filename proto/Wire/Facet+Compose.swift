package import Inventory
package import JSON

extension JSONWriter {
    /// Writes the `compose` facet; members that hold their default are left out.
    package mutating func facet(_ compose: Compose) {
        object { writer in
            writer.member("kind", compose.kind)
            writer.member("project", compose.project)
            writer.optional("service", compose.service)
            writer.optional("number", compose.number)
            writer.optional("configFiles", compose.configFiles)
            writer.optional("workingDir", compose.workingDirectory)
            writer.optional("dependsOn", compose.dependsOn)
            writer.optional("oneoff", compose.isOneOff)
        }
    }
}

extension JSONReader {
    /// Reads the `compose` facet; unknown members are passed over.
    package mutating func readCompose() throws(JSONError) -> Compose {
        let start = position
        var compose = Compose(kind: "", project: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "kind": compose.kind = try readString()
            case "project": compose.project = try readString()
            case "service": compose.service = try readString()
            case "number": compose.number = try readInteger()
            case "configFiles": compose.configFiles = try readStrings()
            case "workingDir": compose.workingDirectory = try readString()
            case "dependsOn": compose.dependsOn = try readStrings()
            case "oneoff": compose.isOneOff = try readBool()
            default: try skip()
            }
        }
        guard !compose.kind.isEmpty, !compose.project.isEmpty else {
            throw JSONError(.invalidValue, at: start, "compose.kind and compose.project")
        }
        return compose
    }

    /// Reads a list of strings.
    package mutating func readStrings() throws(JSONError) -> [String] {
        var strings: [String] = []
        try beginArray()
        while try nextElement() { strings.append(try readString()) }
        return strings
    }

    /// Reads an object whose values are strings.
    package mutating func readStringMap() throws(JSONError) -> [String: String] {
        var map: [String: String] = [:]
        try beginObject()
        while let key = try nextKey() { map[key.string] = try readString() }
        return map
    }
}

internal import JSON

/// How Go's encoder writes things: `null` for every empty list, map and pointer.
extension JSONReader {
    /// Enters an object; false when it is null.
    mutating func beginObjectUnlessNull() throws(JSONError) -> Bool {
        if try readNull() { return false }
        try beginObject()
        return true
    }

    /// Enters an array; false when it is null.
    mutating func beginArrayUnlessNull() throws(JSONError) -> Bool {
        if try readNull() { return false }
        try beginArray()
        return true
    }

    /// Reads a string; null is the empty one.
    mutating func readText() throws(JSONError) -> String {
        try readNull() ? "" : readString()
    }

    /// Reads a string that is kept for long, and so at most the first 512 bytes of it.
    mutating func readShort() throws(JSONError) -> String {
        if try readNull() { return "" }
        return String(decoding: try readUTF8().prefix(512), as: UTF8.self)
    }

    /// Reads a list of strings, of which null is the empty one.
    ///
    /// A single string, as old Engines wrote it, is a list of one.
    mutating func readTexts() throws(JSONError) -> [String] {
        if try readNull() { return [] }
        if try peek() == .string { return [try readString()] }
        var texts: [String] = []
        try beginArray()
        while try nextElement() { texts.append(try readText()) }
        return texts
    }

    /// Reads `true`, `false` or null, which is false.
    mutating func readFlag() throws(JSONError) -> Bool {
        try readNull() ? false : readBool()
    }

    /// Reads an integer; null is 0.
    mutating func readNumber() throws(JSONError) -> Int64 {
        try readNull() ? 0 : readInteger()
    }
}

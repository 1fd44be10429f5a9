import JSON

/// How old one facet is, as the API says it (requirement B3).
struct FacetAge: Hashable, Sendable {
    /// In ms.
    var age: Int64 = 0
    /// `fresh`, `stale`, `expired`, `invalid`.
    var state = ""
    /// `memory`, `disk`, `host`.
    var source = ""
    /// In ms since 1970; 0 when it isn't known.
    var changedAt: Int64 = 0

    /// Reads one facet's object.
    init(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "age": age = try reader.readInteger()
            case "state": state = try reader.readString()
            case "source": source = try reader.readString()
            case "changedAt": changedAt = try reader.readInteger()
            default: try reader.skip()
            }
        }
    }

    /// Reads an object with one for each facet, in order of the answer.
    static func read(_ reader: inout JSONReader) throws(JSONError) -> [(facet: String, age: FacetAge)] {
        var ages: [(facet: String, age: FacetAge)] = []
        try reader.beginObject()
        while let key = try reader.nextKey() { ages.append((key.string, try FacetAge(&reader))) }
        return ages
    }

    /// `fresh 12s`, and where it is from unless that is memory.
    var text: String {
        "\(state) \(shortDuration(milliseconds: age))" + (source == "memory" ? "" : " (\(source))")
    }
}

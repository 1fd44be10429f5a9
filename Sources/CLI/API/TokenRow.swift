import JSON

/// A token as the API lists it.
struct TokenRow: Sendable {
    var id = ""
    /// `host attic` or `scope read`.
    var subject = ""
    /// In milliseconds since 1970.
    var created: Int64 = 0
    var createdBy = ""
    /// In milliseconds since 1970; 0 = never.
    var expires: Int64 = 0
    /// 0 = any number.
    var usesLimit: Int64 = 0
    var uses: Int64 = 0
    /// In milliseconds since 1970; 0 = never.
    var lastUsed: Int64 = 0
    /// `good`, `expired`, `used-up`, or what a newer aggregator knows.
    var state = ""

    /// A row without anything.
    init() {}

    /// Reads one token object.
    init(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id": id = try reader.readString()
            case "host": subject = "host " + (try reader.readString())
            case "scope": subject = "scope " + (try reader.readString())
            case "created": created = try reader.readInteger()
            case "createdBy": createdBy = try reader.readString()
            case "expires": expires = try reader.readInteger()
            case "usesLimit": usesLimit = try reader.readInteger()
            case "uses": uses = try reader.readInteger()
            case "lastUsed": lastUsed = try reader.readInteger()
            case "state": state = try reader.readString()
            default: try reader.skip()
            }
        }
    }

    /// When it ends or ended, from now.
    func expiry(now: Int64) -> String {
        if expires == 0 { return "never" }
        let rest = expires.subtractingReportingOverflow(now)
        if rest.overflow { return "never" }
        return rest.partialValue > 0
            ? "in \(humanDuration(milliseconds: rest.partialValue).lowercasedFirst)"
            : "\(humanDuration(milliseconds: 0 - rest.partialValue)) ago"
    }

    /// How often it was used, of how often it may be.
    var usage: String {
        usesLimit == 0 ? "\(uses)" : "\(uses)/\(usesLimit)"
    }
}

extension String {
    /// With a small letter at the start, to stand within a sentence.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

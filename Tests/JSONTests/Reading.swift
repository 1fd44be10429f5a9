import JSON

/// Reads a whole text as any value and says why not.
func value(_ text: String) throws(JSONError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
}

/// What a text is refused for, or nil when it is accepted.
func refusal(_ bytes: [UInt8], limits: JSONLimits = .standard) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONValue(parsing: bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

func refusal(_ text: String, limits: JSONLimits = .standard) -> JSONError? {
    refusal(Array(text.utf8), limits: limits)
}

/// What skipping a whole text is refused for, or nil when it is accepted.
func skipRefusal(_ bytes: [UInt8], limits: JSONLimits = .standard) -> JSONError? {
    var reader = JSONReader(bytes, limits: limits)
    do throws(JSONError) {
        try reader.skip()
        try reader.finish()
        return nil
    } catch {
        return error
    }
}

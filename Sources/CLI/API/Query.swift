import HTTP

/// The target of a request: a path below `/api/v1` and its parameters.
struct Query {
    /// What stands in the request line.
    private(set) var target: String

    private var hasParameters = false

    /// A path of words; each is percent-encoded as one segment (RFC 3986, 2.1).
    init(_ segments: String...) {
        target = "/api/v1" + segments.map { "/" + HTTPRequest.encoded($0) }.joined()
    }

    /// Adds a parameter.
    mutating func add(_ name: String, _ value: String) {
        target += "\(hasParameters ? "&" : "?")\(name)=\(HTTPRequest.encoded(value))"
        hasParameters = true
    }

    /// Adds a parameter that isn't empty.
    mutating func add(_ name: String, optional value: String?) {
        if let value, !value.isEmpty { add(name, value) }
    }
}

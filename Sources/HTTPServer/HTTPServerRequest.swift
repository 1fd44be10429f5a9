package import OS

/// One request, complete with its body.
package struct HTTPServerRequest: Sendable {
    /// GET, POST and so on; HEAD comes as HEAD, its body is left out when the answer is written.
    package let method: Method
    /// The path as it was sent, still percent-encoded, beginning with `/`; `*` for `OPTIONS *`.
    package let path: String
    /// The path between its slashes, percent-decoded: `/a%2Fb/c` is `a/b` and `c`, `/` is nothing.
    ///
    /// Never `.` or `..`, never with a NUL: such paths are refused with 400.
    package let segments: [String]
    /// What follows the `?`, still percent-encoded; empty when nothing does.
    package let rawQuery: String
    /// The header lines.
    package let headers: Headers
    /// The body, at most the limit.
    package let body: [UInt8]
    /// Who asks.
    package let peer: Peer

    package init(
        method: Method, path: String, segments: [String], rawQuery: String = "", headers: Headers = Headers(),
        body: [UInt8] = [], peer: Peer = .unix
    ) {
        self.method = method
        self.path = path
        self.segments = segments
        self.rawQuery = rawQuery
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The query's items in order, decoded; `+` is a blank, an item without `=` has an empty value.
    package var query: [QueryItem] {
        rawQuery.utf8.split(separator: UInt8(ascii: "&")).map { item in
            let equals = item.firstIndex(of: UInt8(ascii: "="))
            let name = item[..<(equals ?? item.endIndex)]
            let value = equals.map { item[item.index(after: $0)...] }
            return QueryItem(
                name: PercentText.decoded(name, plusIsBlank: true),
                value: value.map { PercentText.decoded($0, plusIsBlank: true) } ?? "")
        }
    }

    /// A name and a value of the query.
    package struct QueryItem: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where a request came from.
    package enum Peer: Hashable, Sendable {
        /// Through the Unix socket; its file's permissions let the peer in.
        case unix
        /// Over TCP.
        case address(SocketAddress)
    }

    /// A request method (RFC 9110, section 9); others than these are answered 501 before a handler sees them.
    package struct Method: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        package static let get = Method(rawValue: "GET")
        package static let head = Method(rawValue: "HEAD")
        package static let post = Method(rawValue: "POST")
        package static let put = Method(rawValue: "PUT")
        package static let patch = Method(rawValue: "PATCH")
        package static let delete = Method(rawValue: "DELETE")
        package static let options = Method(rawValue: "OPTIONS")
    }
}

/// A request as it will be sent; checked when it is encoded, so that nothing can be smuggled into it.
package struct HTTPRequest: Hashable, Sendable {
    /// The request's verb.
    package struct Method: RawRepresentable, Hashable, Sendable {
        /// The word as it is sent.
        package let rawValue: String

        /// Any word; whether it may be sent is checked when the request is.
        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Read.
        package static let get = Method(rawValue: "GET")
        /// Read the header only.
        package static let head = Method(rawValue: "HEAD")
        /// Act.
        package static let post = Method(rawValue: "POST")
        /// Replace.
        package static let put = Method(rawValue: "PUT")
        /// Remove.
        package static let delete = Method(rawValue: "DELETE")
        /// Change a part.
        package static let patch = Method(rawValue: "PATCH")

        /// Whether it changes nothing and may therefore be sent a second time.
        package var isSafe: Bool { self == .get || self == .head }
    }

    /// What to do.
    package var method: Method
    /// Path and query, percent-encoded: `/containers/json?all=1`.
    package var target: String
    /// Fields besides Host, Content-Length and Connection, which the client sets.
    package var headers: HTTPHeaders
    /// What is sent after the header; empty for most.
    package var body: [UInt8]

    /// A request that is checked when it is sent.
    package init(_ method: Method, _ target: String, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// A GET of a path with query items, which are percent-encoded here.
    package static func get(
        _ path: String, query: KeyValuePairs<String, String> = [:], headers: HTTPHeaders = [:]
    ) -> HTTPRequest {
        HTTPRequest(.get, target(path, query: query), headers: headers)
    }

    /// A path, taken as it is, with query items, which are percent-encoded.
    package static func target(_ path: String, query: KeyValuePairs<String, String>) -> String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
    }

    /// Text as one part of a path or query: all but RFC 3986's unreserved characters percent-encoded.
    package static func encoded(_ text: String) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: result.append(byte)
            default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// For messages: the verb and the path, without the query.
    var title: String {
        "\(method.rawValue) \(target.prefix { $0 != "?" }.prefix(200))"
    }

    /// The bytes to send.
    ///
    /// - Throws: `.invalidRequest` when a part holds what could end its line or forge another.
    func encoded(host: String) throws(HTTPError) -> [UInt8] {
        guard !method.rawValue.isEmpty, method.rawValue.utf8.allSatisfy(\.isToken) else {
            throw HTTPError(.invalidRequest, "The request was not sent: its method is not one word.")
        }
        guard target.hasPrefix("/"), target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw HTTPError(
                .invalidRequest,
                "The request was not sent: its path has blanks, controls or bytes beyond ASCII.")
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw HTTPError(.invalidRequest, "The request was not sent: its Host is not a host.")
        }
        var text = "\(method.rawValue) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
        for field in headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isToken),
                field.value.utf8.allSatisfy(\.isFieldText)
            else {
                throw HTTPError(
                    .invalidRequest,
                    "The request was not sent: a header has a line break or another control in it.")
            }
            guard !Self.reserved.contains(where: { field.name.equalsIgnoringCase($0) }) else {
                throw HTTPError(
                    .invalidRequest, "The request was not sent: the client sets \(field.name) itself.")
            }
            text += "\(field.name): \(field.value)\r\n"
        }
        if !body.isEmpty || method == .post || method == .put || method == .patch {
            text += "Content-Length: \(body.count)\r\n"
        }
        return Array((text + "\r\n").utf8) + body
    }

    private static let reserved = ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade"]
}

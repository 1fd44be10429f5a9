/// One complete answer.
package struct HTTPServerResponse: Sendable {
    /// The status code, for example 200.
    package var status: Int
    /// Header lines in order; the server adds `Date`, `Content-Length` and `Connection` itself.
    package var headers: [(String, String)]
    /// The body; left out for HEAD, 204 and 304.
    package var body: [UInt8]

    package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        precondition((200...599).contains(status), "a final status lies between 200 and 599")
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The answer to a request that no handler saw, as a problem document (RFC 9457).
    init(_ refusal: Refusal) {
        let title = Status.phrase(refusal.status)
        let code =
            switch refusal.status {
            case 403, 421: "not-allowed"
            case 408: "timeout"
            case 500...: "unavailable"
            default: "bad-request"
            }
        let text = """
            {"type":"urn:bayplan:error:\(code)","title":"\(title)","status":\(refusal.status),\
            "detail":"\(refusal.detail)","code":"\(code)"}

            """
        self.init(
            status: refusal.status, headers: [("Content-Type", "application/problem+json")],
            body: Array(text.utf8))
    }
}

/// Why a request is refused before a handler sees it.
struct Refusal: Error, Hashable, Sendable {
    let status: Int
    /// A sentence for the person who wrote the client; without quotes and without anything the peer sent.
    let detail: String

    init(_ status: Int, _ detail: StaticString) {
        self.status = status
        self.detail = detail.description
    }
}

/// Status codes and their phrases (RFC 9110, section 15).
enum Status {
    static func phrase(_ status: Int) -> String {
        phrases[status] ?? "Status"
    }

    /// Whether an answer with this status never has a body.
    static func isBodyless(_ status: Int) -> Bool { status == 204 || status == 304 }

    private static let phrases: [Int: String] = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
        307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed",
        406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
        412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long",
        415: "Unsupported Media Type", 417: "Expectation Failed", 421: "Misdirected Request",
        422: "Unprocessable Content", 425: "Too Early", 426: "Upgrade Required", 428: "Precondition Required",
        429: "Too Many Requests", 431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout", 505: "HTTP Version Not Supported", 507: "Insufficient Storage",
    ]
}

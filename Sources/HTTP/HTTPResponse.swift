/// The first part of a response: what became of the request, and the header fields.
package struct HTTPResponseHead: Hashable, Sendable {
    /// The status code, 200 to 599.
    package let status: Int
    /// The server's words for it; for messages only.
    package let reason: String
    /// The fields, in the order of the message.
    package let headers: HTTPHeaders
    /// Whether the peer keeps the connection for another request.
    package let keepsAlive: Bool

    /// Whether the status says that the request was done: 200 to 299.
    package var isSuccess: Bool { (200..<300).contains(status) }
}

/// A whole response.
package struct HTTPResponse: Hashable, Sendable {
    /// Status and header fields.
    package let head: HTTPResponseHead
    /// The body, without any transfer coding.
    package let body: [UInt8]

    /// The status code, 200 to 599.
    package var status: Int { head.status }
    /// The header fields.
    package var headers: HTTPHeaders { head.headers }
    /// Whether the status says that the request was done: 200 to 299.
    package var isSuccess: Bool { head.isSuccess }
    /// The body as text; bytes that are not UTF-8 become replacement characters.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// A response put together by hand, for tests.
    package init(head: HTTPResponseHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }
}

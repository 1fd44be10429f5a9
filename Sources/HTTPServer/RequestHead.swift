/// What the request line and the headers say, checked (RFC 9112).
struct RequestHead: Sendable {
    var method: HTTPServerRequest.Method
    var path: String
    var segments: [String]
    var rawQuery: String
    var headers: HTTPServerRequest.Headers
    /// The `Host` header, or the authority of an absolute target; nil only in HTTP/1.0.
    var authority: String?
    /// The body's length in bytes.
    var contentLength: Int
    /// Whether the connection can carry another request after this one.
    var keepsAlive: Bool
    /// Whether the peer waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool
    /// HTTP/1.1, and not 1.0: chunked answers may be used.
    var isVersion11: Bool
}

extension RequestHead {
    /// Derives what the headers mean for the connection; refuses what could be read in two ways.
    ///
    /// Two lengths, or a length and a transfer coding, are how requests are smuggled past a proxy
    /// (RFC 9112, section 6.3). Chunked bodies are answered 411, as that section allows.
    init(line: RequestLine, headers: HTTPServerRequest.Headers, bodyLimit: Int) throws(Refusal) {
        let isVersion11 = line.isVersion11
        let hosts = headers.count(of: "host")
        guard hosts == 1 || (hosts == 0 && !isVersion11) else {
            throw Refusal(400, "a request has exactly one Host header")
        }
        let transferCoding = headers["transfer-encoding"]
        let length = headers["content-length"]
        if let transferCoding {
            guard length == nil, isVersion11 else {
                throw Refusal(400, "a request has a length or a transfer coding, not both")
            }
            guard transferCoding.lowercased() == "chunked" else {
                throw Refusal(501, "this transfer coding is not supported")
            }
            throw Refusal(411, "send the body with a Content-Length instead of chunked")
        }
        var contentLength = 0
        if let length {
            guard !length.isEmpty, length.utf8.count <= 18,
                length.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(length)
            else { throw Refusal(400, "Content-Length is one number, once") }
            guard number <= bodyLimit else {
                throw Refusal(413, "the body is longer than this server accepts")
            }
            contentLength = number
        }
        var expectsContinue = false
        if let expectation = headers["expect"] {
            guard expectation.lowercased() == "100-continue" else {
                throw Refusal(417, "only 100-continue can be expected")
            }
            expectsContinue = isVersion11
        }
        var keepsAlive = isVersion11
        if let connection = headers["connection"]?.lowercased() {
            let options = connection.utf8.split(separator: UInt8(ascii: ",")).map { option in
                String(decoding: option.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
            }
            if options.contains("keep-alive") { keepsAlive = true }
            if options.contains("close") { keepsAlive = false }
        }
        self.init(
            method: line.method, path: line.path, segments: line.segments, rawQuery: line.rawQuery,
            headers: headers, authority: line.authority ?? headers["host"], contentLength: contentLength,
            keepsAlive: keepsAlive, expectsContinue: expectsContinue, isVersion11: isVersion11)
    }
}

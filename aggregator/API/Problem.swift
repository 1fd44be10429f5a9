import HTTPServer
import JSON

/// An error of the API as `application/problem+json` (RFC 9457).
struct Problem: Error, Hashable, Sendable {
    let status: Int
    /// A few words that are the same for every error of this kind.
    let title: String
    /// What was wrong with this request, and what to do.
    let detail: String
    /// The methods of the path, where it was the method that was wrong (RFC 9110, section 15.5.6).
    var allowed: String?
    /// What would let the request in, where a token was missing or not good enough (RFC 6750, section 3).
    var challenge: String?

    static func badRequest(_ detail: String) -> Problem {
        Problem(status: 400, title: "the request can't be understood", detail: detail)
    }

    static func notFound(_ detail: String) -> Problem {
        Problem(status: 404, title: "there is no such thing", detail: detail)
    }

    static func forbidden(_ detail: String) -> Problem {
        Problem(status: 403, title: "not allowed here", detail: detail)
    }

    static func unavailable(_ detail: String) -> Problem {
        Problem(status: 503, title: "not available now", detail: detail)
    }

    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(
            status: 405, title: "not this method", detail: "this path takes \(list)", allowed: list)
    }

    var response: HTTPServerResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "about:blank")
            writer.member("title", title)
            writer.member("status", status)
            writer.member("detail", detail)
        }
        writer.newline()
        var headers = [("Content-Type", "application/problem+json")]
        if let allowed { headers.append(("Allow", allowed)) }
        if let challenge { headers.append(("WWW-Authenticate", challenge)) }
        return HTTPServerResponse(status: status, headers: headers, body: writer.bytes)
    }
}

extension HTTPServerResponse {
    /// A JSON document.
    static func json(_ writer: JSONWriter, headers: [(String, String)] = []) -> HTTPServerResponse {
        var writer = writer
        writer.newline()
        return HTTPServerResponse(
            status: 200, headers: [("Content-Type", "application/json")] + headers, body: writer.bytes)
    }

    /// A line of text.
    static func text(_ status: Int, _ line: String) -> HTTPServerResponse {
        HTTPServerResponse(
            status: status, headers: [("Content-Type", "text/plain; charset=utf-8")],
            body: Array((line + "\n").utf8))
    }
}

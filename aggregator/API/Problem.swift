import HTTPServer
import Inventory
import JSON

/// An error of the API as `application/problem+json` (RFC 9457), with the word that programs go by (requirement C5).
struct Problem: Error, Hashable, Sendable {
    let status: Int
    /// A few words that are the same for every error of this kind.
    let title: String
    /// What was wrong with this request, and what to do.
    let detail: String
    /// What kind of trouble it is.
    var kind: ErrorKind
    /// The host that the trouble is with, where it is one host's.
    var host: HostID?
    /// The methods of the path, where it was the method that was wrong (RFC 9110, section 15.5.6).
    var allowed: String?
    /// What would let the request in, where a token was missing or not good enough (RFC 6750, section 3).
    var challenge: String?

    /// An error; its kind follows from its status unless given.
    init(
        status: Int, title: String, detail: String, kind: ErrorKind? = nil, host: HostID? = nil,
        allowed: String? = nil
    ) {
        self.status = status
        self.title = title
        self.detail = detail
        self.kind = kind ?? Self.usualKind(of: status)
        self.host = host
        self.allowed = allowed
    }

    private static func usualKind(of status: Int) -> ErrorKind {
        switch status {
        case 401: .authentication
        case 403: .notAllowed
        case 404: .notFound
        case 408, 504: .timeout
        case 502: .protocol
        case 500...: .unavailable
        default: .badRequest
        }
    }

    /// Trouble with one host, such as an agent reports when it can't do what was asked of it.
    ///
    /// - Parameters:
    ///   - kind: What kind of trouble; one that this release doesn't know is answered with 502.
    ///   - host: Whose trouble it is.
    ///   - detail: What happened, what did not, and what to do.
    /// - Returns: The answer, with the status that fits the kind.
    static func ofHost(_ kind: ErrorKind, _ host: HostID, _ detail: String) -> Problem {
        let (status, title) =
            switch kind {
            case .connection: (502, "the host's Engine can't be reached")
            case .authentication: (502, "the host's Engine doesn't know who asks")
            case .notAllowed: (403, "the host doesn't allow it")
            case .containerNotFound: (404, "there is no such container")
            case .hostNotFound, .notFound: (404, "there is no such thing")
            case .hostUnreachable, .unavailable: (503, "the host can't be asked now")
            case .timeout: (504, "the host took too long")
            case .badRequest: (400, "the request can't be understood")
            default: (502, "the host gave no usable answer")
            }
        return Problem(status: status, title: title, detail: detail, kind: kind, host: host)
    }

    static func badRequest(_ detail: String) -> Problem {
        Problem(status: 400, title: "the request can't be understood", detail: detail)
    }

    static func notFound(_ detail: String) -> Problem {
        Problem(status: 404, title: "there is no such thing", detail: detail)
    }

    /// A name that means several things.
    static func ambiguous(_ detail: String) -> Problem {
        Problem(status: 409, title: "that means several", detail: detail)
    }

    static func noHost(_ detail: String) -> Problem {
        Problem(status: 404, title: "there is no such host", detail: detail, kind: .hostNotFound)
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
            writer.member("type", kind.uri)
            writer.member("title", title)
            writer.member("status", status)
            writer.member("detail", detail)
            writer.member("code", kind.rawValue)
            if let host { writer.member("host", host.rawValue) }
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

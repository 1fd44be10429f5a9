package import OS

/// Why a request has no usable response.
package struct HTTPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program may decide by; people read the sentence.
    package enum Kind: Hashable, Sendable {
        /// The connection could not be made or broke; the stream's own reason says which.
        case stream(StreamError.Kind)
        /// The peer closed the connection before the response was complete.
        case truncated
        /// The response breaks the rules of HTTP/1.1 in a way that could be misread.
        case malformed
        /// The response is larger than one of the limits.
        case overLimit
        /// The request itself may not be sent; our caller's mistake.
        case invalidRequest
        /// All connections were in use until the deadline.
        case busy
        /// The client was closed.
        case closed
    }

    /// What a program may decide by.
    package let kind: Kind
    /// What happened, what did not happen, and what to do.
    package let sentence: String

    /// Says why, for programs and for people.
    package init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    /// The sentence.
    package var description: String { sentence }

    static func malformed(_ what: String) -> HTTPError {
        HTTPError(.malformed, "The answer is not valid HTTP/1.1: \(what). It was not used.")
    }

    static func overLimit(_ what: String, _ limit: Int) -> HTTPError {
        HTTPError(.overLimit, "The answer was refused: its \(what) is larger than \(limit).")
    }

    static func stream(_ error: StreamError, _ request: HTTPRequest) -> HTTPError {
        HTTPError(.stream(error.kind), "\(request.title) has no answer: \(error.sentence)")
    }

    static let truncated = HTTPError(
        .truncated,
        "The connection was closed before the answer was complete; what had come was not all of it.")
}

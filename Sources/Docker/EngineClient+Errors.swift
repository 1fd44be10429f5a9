internal import HTTP
internal import JSON
internal import OS

extension EngineClient {
    /// Passes a 2xx answer; makes an error with the Engine's own message of any other.
    func check(_ head: HTTPResponseHead, _ body: [UInt8]) throws(DockerError) {
        guard !head.isSuccess else { return }
        let message = Self.message(in: body)
        if head.status == 404 {
            throw DockerError(.notFound, "\(name) has no such container (any more): \(message)")
        }
        throw DockerError(
            .status(head.status, message: message),
            "\(name) refused with status \(head.status): \(message). Nothing was changed; look into the Engine's log."
        )
    }

    /// Runs a decoder and names what it could not read.
    func decoded<T>(_ what: String, _ body: () throws(JSONError) -> T) throws(DockerError) -> T {
        do {
            return try body()
        } catch {
            throw broken(
                "its description of \(what) is \(error)", "It was not used. Check that the Engine is one.")
        }
    }

    func broken(_ what: String, _ remedy: String) -> DockerError {
        DockerError(.brokenAnswer, "\(name) does not speak the Engine API as agreed: \(what). \(remedy)")
    }

    /// Turns what happened to the connection into what it means for the Engine.
    func explained(_ error: HTTPError) -> DockerError {
        switch error.kind {
        case .stream(.timedOut), .busy:
            DockerError(
                .timedOut,
                "\(name) gave no whole answer in time. Check that the Engine isn't stopped or overloaded (`docker ps` there)."
            )
        case .stream(.cancelled), .closed:
            DockerError(.cancelled, "The question to \(name) was given up.")
        case .stream(let kind):
            DockerError(
                .unreachable(StreamError(kind, error.sentence)), "\(name) is unreachable. \(error.sentence)")
        case .truncated:
            DockerError(
                .unreachable(StreamError(.reset, error.sentence)),
                "\(name) broke off in the middle of an answer, as an Engine does that stops. Nothing of it was used."
            )
        case .overLimit:
            DockerError(.tooLarge, "\(name) sent too much. \(error.sentence)")
        case .malformed, .invalidRequest:
            DockerError(
                .brokenAnswer,
                "\(name) does not speak HTTP as agreed. \(error.sentence) Check that a Docker Engine serves it."
            )
        }
    }

    /// The Engine's `{"message": "…"}`, shortened; a body that isn't that is not repeated.
    private static func message(in body: [UInt8]) -> String {
        guard body.count <= 65_536, let value = try? JSONValue(parsing: body),
            let text = value["message"]?.string
        else { return "no message" }
        return String(text.prefix(500))
    }
}

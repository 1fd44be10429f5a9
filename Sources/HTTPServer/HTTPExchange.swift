/// The place for one request's answer; give it from any thread, once.
package final class HTTPExchange: Sendable {
    private let core: ExchangeCore

    init(_ core: ExchangeCore) {
        self.core = core
    }

    deinit {
        // Nothing happens where something was answered.
        core.answer(HTTPServerResponse(Refusal(500, "the request was dropped without an answer")))
    }

    /// Has somebody told the status when it is answered: for metrics (C7); not when the peer leaves before.
    ///
    /// Called once, on the thread that answers. A streamed answer counts as given when it begins.
    package func observe(_ observer: @escaping @Sendable (_ status: Int) -> Void) {
        core.observe(observer)
    }

    /// Answers completely; anything after the first answer is ignored.
    package func answer(_ response: HTTPServerResponse) {
        core.answer(response)
    }

    /// Begins an answer whose pieces follow, sent chunked (to HTTP/1.0 until the connection closes).
    ///
    /// After another answer the stream's sends throw `peerGone`.
    package func stream(status: Int = 200, headers: [(String, String)] = []) -> HTTPResponseStream {
        let head = HTTPServerResponse(status: status, headers: headers)
        return HTTPResponseStream(core.start(head) ? core : nil)
    }

    /// Whether the peer has gone, or has closed its half and probably left: an answer reaches nobody.
    package var isClosed: Bool { core.isClosed }
}

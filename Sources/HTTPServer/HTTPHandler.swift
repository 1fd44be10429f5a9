/// Answers requests.
package protocol HTTPHandler: Sendable {
    /// Called on the service thread, on which every connection waits.
    ///
    /// Answer at once what takes under 200 µs; else keep `exchange` and answer from elsewhere. An exchange that
    /// is let go without an answer is answered 500.
    func handle(_ request: HTTPServerRequest, _ exchange: HTTPExchange)
}

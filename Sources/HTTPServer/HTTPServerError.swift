package import OS

/// Why the server, or one of its answers, could not go on.
package enum HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody can be answered at an address.
    case cannotListen(ListenError)
    /// The system refused something the server needs.
    case system(Errno, doing: String)
    /// The server was run before; it runs once.
    case alreadyRun
    /// The peer has gone, or the server stopped.
    case peerGone
    /// The peer read nothing for the stall time-out and was cut off.
    case stalled
    /// The task that was sending was cancelled.
    case cancelled

    /// What happened, what did not happen, and what to do.
    package var sentence: String {
        switch self {
        case .cannotListen(let error): error.sentence
        case .system(let reason, let doing): "The HTTP server could not start: \(doing) failed, \(reason)."
        case .alreadyRun: "The HTTP server was run a second time and did nothing: make a new one."
        case .peerGone: "The peer closed the connection, so the rest was not sent."
        case .stalled: "The peer read nothing for too long and was cut off; it may resume where it stopped."
        case .cancelled: "Sending was cancelled, so the rest was not sent."
        }
    }

    package var description: String { sentence }
}

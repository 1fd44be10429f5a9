/// Why a connection could not be made or no longer carries bytes.
package struct StreamError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program may decide by; people read the sentence.
    package enum Kind: Hashable, Sendable {
        /// The socket file does not exist.
        case missing
        /// The name of the host means nothing to the resolver.
        case unknownHost
        /// This user may not open the socket.
        case notPermitted
        /// Something answered that nobody listens there.
        case refused
        /// The network has no way there.
        case unreachable
        /// The deadline passed first.
        case timedOut
        /// We closed the stream ourselves, or its end was already reached.
        case closed
        /// The other end broke the connection off.
        case reset
        /// The other end could not prove who it is, or speaks no TLS that we accept.
        case insecure
        /// The task was cancelled while it waited.
        case cancelled
        /// Anything else that the system reported.
        case other(Errno)
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
}

extension StreamError {
    static func cancelled(_ what: String) -> StreamError {
        StreamError(.cancelled, "\(what) was given up because its task was cancelled.")
    }

    static func closed(_ peer: String) -> StreamError {
        StreamError(.closed, "The connection to \(peer) is closed; nothing was sent.")
    }

    /// For a failed read or write on a connection that was up.
    static func transferring(_ reason: Errno, peer: String) -> StreamError {
        switch reason {
        case .connectionReset, .brokenPipe:
            StreamError(.reset, "\(peer) broke the connection off; what was under way may not have arrived.")
        case .timedOut:
            StreamError(.timedOut, "\(peer) no longer acknowledges anything; the connection is given up.")
        case .hostUnreachable, .networkUnreachable:
            StreamError(.unreachable, "The network to \(peer) is gone; the connection is given up.")
        default:
            StreamError(.other(reason), "The connection to \(peer) failed: \(reason).")
        }
    }
}

/// Why nobody can be listened to at an address.
package struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program may decide by.
    package enum Kind: Hashable, Sendable {
        /// Another process, or an earlier one's file, has the address.
        case inUse
        /// This user may not listen there.
        case notPermitted
        /// This machine does not have the address, or the folder does not exist.
        case notAvailable
        /// Anything else that the system reported.
        case other(Errno)
    }

    /// What a program may decide by.
    package let kind: Kind
    /// What happened, what did not happen, and what to do.
    package let sentence: String

    init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    /// The sentence.
    package var description: String { sentence }

    static func explained(_ reason: Errno, _ address: SocketAddress) -> ListenError {
        switch (reason, address) {
        case (.addressInUse, .unix(let path)):
            return ListenError(
                .inUse,
                "Cannot listen on \(path): another process accepts there. Stop it, or choose another path.")
        case (.addressInUse, _):
            let port = address.port ?? 0
            return ListenError(
                .inUse,
                """
                Cannot listen on \(address): another process has that port. Find it with \
                `ss -ltnp 'sport = :\(port)'`, stop it, or choose another port.
                """)
        case (.accessDenied, .unix(let path)), (.notPermitted, .unix(let path)):
            return ListenError(
                .notPermitted,
                "Cannot listen on \(path): this user may not write to its folder. Choose another path or user."
            )
        case (.accessDenied, _), (.notPermitted, _):
            return ListenError(
                .notPermitted,
                """
                Cannot listen on \(address): ports below 1024 need CAP_NET_BIND_SERVICE. \
                Choose a higher port, or grant it.
                """)
        case (.noSuchFile, .unix(let path)), (.notADirectory, .unix(let path)):
            return ListenError(
                .notAvailable,
                "Cannot listen on \(path): its folder does not exist. Make it, or correct the path.")
        case (.addressNotAvailable, _), (Errno(rawValue: 97), _):  // 97: no such address family
            return ListenError(
                .notAvailable,
                "Cannot listen on \(address): this machine does not have that address. `ip address` shows which."
            )
        default:
            return ListenError(.other(reason), "Cannot listen on \(address): \(reason).")
        }
    }
}

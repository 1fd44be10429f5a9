/// What kind of trouble an error is, in a word for programs: the same in agents' reports, the API and the command line
/// (requirement C5).
///
/// Open: a later release may know more. A host key that changed will be one, once hosts are reached over SSH.
package struct ErrorKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// No connection could be made, or it broke off.
    package static let connection = ErrorKind(rawValue: "connection")
    /// Somebody could not prove who they are: a token, a certificate, or the right to open a socket.
    package static let authentication = ErrorKind(rawValue: "authentication")
    /// Who asks is known, and may not do this.
    package static let notAllowed = ErrorKind(rawValue: "not-allowed")
    /// No host has such a container (any more).
    package static let containerNotFound = ErrorKind(rawValue: "container-not-found")
    /// There is no such host.
    package static let hostNotFound = ErrorKind(rawValue: "host-not-found")
    /// There is nothing else of that name.
    package static let notFound = ErrorKind(rawValue: "not-found")
    /// The host is known, but its agent or its Engine can't be asked now.
    package static let hostUnreachable = ErrorKind(rawValue: "host-unreachable")
    /// No whole answer came in time.
    package static let timeout = ErrorKind(rawValue: "timeout")
    /// What came is not what was agreed on: not HTTP, not JSON, cut short, too large, or of another shape or version.
    package static let `protocol` = ErrorKind(rawValue: "protocol")
    /// The question itself can't be understood.
    package static let badRequest = ErrorKind(rawValue: "bad-request")
    /// It can't be done just now; trying again may help.
    package static let unavailable = ErrorKind(rawValue: "unavailable")

    /// What RFC 9457 calls the type of a problem.
    package var uri: String { "urn:bayplan:error:\(rawValue)" }
}

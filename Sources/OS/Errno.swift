internal import CSystem
internal import Glibc

/// The number by which the system says why a call failed (errno(3)).
package struct Errno: Error, RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number, as in errno.h.
    package let rawValue: Int32

    /// Any number, known to the system or not.
    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// What the last failed call of this thread left behind; read it before anything else is called.
    package static var current: Errno { Errno(rawValue: errno) }

    /// The system's own words for it, as strerror_r(3) gives them: `No such file or directory`.
    package var sentence: String {
        var text = [CChar](repeating: 0, count: 256)
        unsafe bayplan_error_text(rawValue, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The system's words and the number.
    package var description: String { "\(sentence) (errno \(rawValue))" }

    /// `EACCES`.
    package static let accessDenied = Errno(rawValue: EACCES)
    /// `EADDRINUSE`.
    package static let addressInUse = Errno(rawValue: EADDRINUSE)
    /// `EADDRNOTAVAIL`.
    package static let addressNotAvailable = Errno(rawValue: EADDRNOTAVAIL)
    /// `EPIPE`.
    package static let brokenPipe = Errno(rawValue: EPIPE)
    /// `ECONNABORTED`.
    package static let connectionAborted = Errno(rawValue: ECONNABORTED)
    /// `ECONNREFUSED`.
    package static let connectionRefused = Errno(rawValue: ECONNREFUSED)
    /// `ECONNRESET`.
    package static let connectionReset = Errno(rawValue: ECONNRESET)
    /// `EEXIST`.
    package static let exists = Errno(rawValue: EEXIST)
    /// `EHOSTUNREACH`.
    package static let hostUnreachable = Errno(rawValue: EHOSTUNREACH)
    /// `EINPROGRESS`.
    package static let inProgress = Errno(rawValue: EINPROGRESS)
    /// `EINTR`.
    package static let interrupted = Errno(rawValue: EINTR)
    /// `EINVAL`.
    package static let invalidArgument = Errno(rawValue: EINVAL)
    /// `EISDIR`.
    package static let isDirectory = Errno(rawValue: EISDIR)
    /// `EMSGSIZE`.
    package static let messageTooLong = Errno(rawValue: EMSGSIZE)
    /// `ENETUNREACH`.
    package static let networkUnreachable = Errno(rawValue: ENETUNREACH)
    /// `ENOSPC`.
    package static let noSpace = Errno(rawValue: ENOSPC)
    /// `ENOENT`.
    package static let noSuchFile = Errno(rawValue: ENOENT)
    /// `ESRCH`.
    package static let noSuchProcess = Errno(rawValue: ESRCH)
    /// `ENOTDIR`.
    package static let notADirectory = Errno(rawValue: ENOTDIR)
    /// `ENOTSOCK`.
    package static let notASocket = Errno(rawValue: ENOTSOCK)
    /// `ENOTCONN`.
    package static let notConnected = Errno(rawValue: ENOTCONN)
    /// `EPERM`.
    package static let notPermitted = Errno(rawValue: EPERM)
    /// `ETIMEDOUT`.
    package static let timedOut = Errno(rawValue: ETIMEDOUT)
    /// `EMFILE`.
    package static let tooManyFiles = Errno(rawValue: EMFILE)
    /// `EAGAIN`.
    package static let wouldBlock = Errno(rawValue: EAGAIN)
}

/// Makes a system call again for as long as a signal interrupts it; the one place that knows EINTR.
///
/// - Parameter call: One system call that answers a negative number when it failed.
/// - Returns: What the call answered, never negative.
/// - Throws: What the call left in errno. Not for close(2), which must not be repeated on Linux.
package func retrying<Answer: SignedInteger>(_ call: () -> Answer) throws(Errno) -> Answer {
    while true {
        let answer = call()
        if answer >= 0 { return answer }
        let reason = Errno.current
        if reason != .interrupted { throw reason }
    }
}

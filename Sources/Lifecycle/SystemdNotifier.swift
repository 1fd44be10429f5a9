internal import OS

/// Tells systemd how the program stands (sd_notify(3), without its library).
///
/// The protocol is one datagram per message on the Unix socket named by NOTIFY_SOCKET.
package struct SystemdNotifier: Sendable {
    private let path: String
    /// How often systemd wants to hear `WATCHDOG=1`: half of WATCHDOG_USEC; nil when it does not.
    package let watchdogInterval: Duration?

    /// Nil when the program was not started by systemd with `Type=notify`.
    package init?(environment: [String: String], process: Int32) {
        guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@") else {
            return nil
        }
        self.path = path
        let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        if isForUs, let limit = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), limit > 0 {
            watchdogInterval = .microseconds(limit / 2)
        } else {
            watchdogInterval = nil
        }
    }

    /// One for this process and its environment.
    package init?() {
        self.init(environment: ThisProcess.environment(), process: ThisProcess.id)
    }

    /// The doors are open.
    @discardableResult
    package func ready() -> Bool { send("READY=1") }

    /// The program is about to end.
    @discardableResult
    package func stopping() -> Bool { send("STOPPING=1") }

    /// The program makes progress; send it only when that is true.
    @discardableResult
    package func alive() -> Bool { send("WATCHDOG=1") }

    /// A line for `systemctl status`.
    @discardableResult
    package func status(_ text: String) -> Bool {
        send("STATUS=" + text.filter { !$0.isNewline })
    }

    private func send(_ text: String) -> Bool {
        do {
            try UnixDatagram.send(Array(text.utf8), to: path)
            return true
        } catch {
            return false
        }
    }
}

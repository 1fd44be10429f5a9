internal import Glibc
package import OS
internal import Synchronization

/// What systemd would hear of a program: a datagram socket that keeps every message (sd_notify(3)).
package final class NotifySocket: Sendable {
    /// What NOTIFY_SOCKET names.
    package let path: String
    private let number: Int32
    private let kept = Mutex<[String]>([])

    /// Binds the socket in a folder.
    package init(in folder: String) throws(Errno) {
        path = "\(folder)/notify"
        number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = UInt16(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(number, $0, socklen_t(2 + bytes.count))
            }
        }
        guard status == 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        close(number)
    }

    /// Everything that was sent so far, in order.
    package var messages: [String] {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        return kept.withLock { kept in
            while true {
                let count = unsafe buffer.withUnsafeMutableBytes {
                    unsafe recv(number, $0.baseAddress, $0.count, 0)
                }
                guard count >= 0 else { return kept }
                kept.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
        }
    }

    /// How often systemd was told that the program lives.
    package var beats: Int { messages.count { $0 == "WATCHDOG=1" } }

    /// The variables with which systemd would start a program that must beat within `limit`.
    package func environment(watchdog limit: Duration) -> [String: String] {
        ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "\(limit.saturatedNanoseconds / 1_000)"]
    }
}

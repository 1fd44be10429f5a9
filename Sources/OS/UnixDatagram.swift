internal import Glibc

/// Sends one message to a Unix datagram socket, as systemd's notification socket is one.
package enum UnixDatagram {
    /// Sends without waiting; a path that begins with `@` is an abstract socket (unix(7)).
    ///
    /// - Throws: What socket(2) or sendto(2) reported.
    package static func send(_ bytes: [UInt8], to path: String) throws(Errno) {
        guard path.utf8.count <= SocketAddress.longestUnixPath else { throw .invalidArgument }
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Descriptor(adopting: try retrying { socket(AF_UNIX, kind, 0) })
        let number = descriptor.number
        let flags = Int32(MSG_NOSIGNAL)
        _ = try unsafe RawAddress(unix: path).withPointer { address, length throws(Errno) in
            try retrying { unsafe sendto(number, bytes, bytes.count, flags, address, length) }
        }
    }
}

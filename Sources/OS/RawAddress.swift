internal import Glibc

/// A `sockaddr` as bytes, ready to be lent to the system.
struct RawAddress: Hashable, Sendable {
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// ip(7) and ipv6(7): family in host order, port and address in network order.
    init(_ address: IPAddress, port: UInt16) {
        var bytes = Self.family(address.isVersion6 ? AF_INET6 : AF_INET)
        bytes += [UInt8(port >> 8), UInt8(port & 0xff)]
        if address.isVersion6 {
            bytes += [0, 0, 0, 0] + address.bytes + [0, 0, 0, 0]
        } else {
            bytes += address.bytes + [UInt8](repeating: 0, count: 8)
        }
        self.bytes = bytes
    }

    /// unix(7): a path with its final zero, or an abstract name after a zero byte.
    init(unix path: String) {
        let text = Array(path.utf8)
        let isAbstract = text.first == UInt8(ascii: "@")
        bytes = Self.family(AF_UNIX) + (isAbstract ? [0] + text.dropFirst() : text + [0])
    }

    var family: Int32 {
        bytes.count < 2 ? AF_UNSPEC : Int32(UInt16(littleEndian: UInt16(bytes[1]) << 8 | UInt16(bytes[0])))
    }

    /// The address as we name it; nil for a family we don't know.
    var address: SocketAddress? {
        switch family {
        case AF_INET where bytes.count >= 8:
            IPAddress(bytes: Array(bytes[4..<8])).map { .ip($0, port: port) }
        case AF_INET6 where bytes.count >= 24:
            IPAddress(bytes: Array(bytes[8..<24])).map { .ip($0, port: port) }
        case AF_UNIX:
            .unix(unixPath)
        default: nil
        }
    }

    /// Lends it as the system wants it.
    func withPointer<R, E>(_ body: (UnsafePointer<sockaddr>, socklen_t) throws(E) -> R) throws(E) -> R {
        var storage = sockaddr_storage()
        let count = min(bytes.count, MemoryLayout<sockaddr_storage>.size)
        return try unsafe withUnsafeMutablePointer(to: &storage) {
            (storage: UnsafeMutablePointer<sockaddr_storage>) throws(E) -> R in
            let raw = UnsafeMutableRawPointer(storage)
            for index in 0..<count {
                unsafe raw.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self)
            }
            return try unsafe body(
                UnsafePointer(raw.assumingMemoryBound(to: sockaddr.self)), socklen_t(count))
        }
    }

    /// Lets the system fill one in, as getsockname(2), getpeername(2) and accept(2) do.
    static func filled<R, E>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) throws(E) -> R
    ) throws(E) -> (R, RawAddress) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return try unsafe withUnsafeMutablePointer(to: &storage) {
            (storage: UnsafeMutablePointer<sockaddr_storage>) throws(E) -> (R, RawAddress) in
            let raw = UnsafeMutableRawPointer(storage)
            let answer = try unsafe body(raw.assumingMemoryBound(to: sockaddr.self), &length)
            let count = min(Int(length), MemoryLayout<sockaddr_storage>.size)
            let bytes = (0..<count).map { unsafe raw.load(fromByteOffset: $0, as: UInt8.self) }
            return (answer, RawAddress(bytes: bytes))
        }
    }

    private var port: UInt16 { UInt16(bytes[2]) << 8 | UInt16(bytes[3]) }

    private var unixPath: String {
        let name = bytes.dropFirst(2)
        if name.first == 0, name.count > 1 {
            return "@" + String(decoding: name.dropFirst(), as: UTF8.self)
        }
        return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func family(_ number: Int32) -> [UInt8] {
        [UInt8(number & 0xff), UInt8(number >> 8)]
    }
}

internal import CSystem
internal import Glibc

extension ThisProcess {
    /// The addresses under which other machines may reach this one, in the order of its interfaces (getifaddrs(3)).
    ///
    /// Without loopback and link-local ones, and without those of bridges that only containers here use.
    package static var networkAddresses: [IPAddress] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else { return [] }
        defer { unsafe freeifaddrs(first) }
        var addresses: [IPAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            defer { unsafe next = unsafe entry.pointee.ifa_next }
            let flags = unsafe entry.pointee.ifa_flags
            let name = unsafe String(cString: entry.pointee.ifa_name)
            guard flags & UInt32(IFF_UP) != 0, flags & UInt32(IFF_LOOPBACK) == 0,
                !containerBridges.contains(where: { name.hasPrefix($0) }),
                let place = unsafe entry.pointee.ifa_addr
            else { continue }
            let count: Int
            switch unsafe Int32(place.pointee.sa_family) {
            case AF_INET: count = MemoryLayout<sockaddr_in>.size
            case AF_INET6: count = MemoryLayout<sockaddr_in6>.size
            default: continue
            }
            let raw = UnsafeRawPointer(place)
            let bytes = (0..<count).map { unsafe raw.load(fromByteOffset: $0, as: UInt8.self) }
            guard case .ip(let address, _)? = RawAddress(bytes: bytes).address, !address.isLinkLocal,
                !addresses.contains(address)
            else { continue }
            addresses.append(address)
        }
        return addresses
    }

    /// How the names of interfaces begin that Docker makes.
    private static let containerBridges = ["docker", "br-", "veth"]
}

extension IPAddress {
    /// Whether it means something on one link only: `169.254.0.0/16` or `fe80::/10`.
    package var isLinkLocal: Bool {
        isVersion6 ? bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 : bytes[0] == 169 && bytes[1] == 254
    }

    /// How it stands in front of a port and in a URL: IPv6 in brackets.
    package var bracketed: String { isVersion6 ? "[\(self)]" : "\(self)" }
}

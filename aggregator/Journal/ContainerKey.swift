import Inventory

/// One container of one host.
struct ContainerKey: Hashable, Sendable {
    let host: HostKey
    let id: ContainerID
}

extension ContainerKey: Comparable {
    static func < (one: ContainerKey, other: ContainerKey) -> Bool {
        one.host == other.host ? one.id < other.id : one.host < other.host
    }
}

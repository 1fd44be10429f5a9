package import Docker
package import Inventory

/// What the event reader noted down for the others: a bounded set, never a queue, so that the reader can't be held up.
package struct Marks: Hashable, Sendable {
    /// Containers that something happened to.
    package private(set) var dirty: Set<ContainerID> = []
    /// Containers that are gone.
    package private(set) var removed: Set<ContainerID> = []
    /// More happened than fits here: everything has to be looked at.
    package private(set) var isOverflown = false
    /// An image got or lost a name, so lists may show other images; or an event came that nobody understands.
    package private(set) var isListWanted = false
    /// Marks that fell together with another one.
    package private(set) var coalesced: Int64 = 0
    private let limit: Int

    /// - Parameter limit: How many containers may be marked one by one.
    package init(limit: Int) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// Whether nothing is noted.
    package var isEmpty: Bool { dirty.isEmpty && removed.isEmpty && !isOverflown && !isListWanted }

    /// Notes what an event may have changed.
    ///
    /// The event's name decides nothing but where to look.
    package mutating func note(_ event: EngineEvent) {
        switch event.type {
        case "container":
            guard let id = ContainerID(event.actor) else { return }
            // `remove` is Podman's word.
            if event.action == "destroy" || event.action == "remove" { remove(id) } else { mark(id) }
        case "network", "volume":
            // Only the container that was connected, or that mounted it, shows it. Creating or destroying a network
            // or volume changes no container's record.
            if let id = event.container { mark(id) }
        case "image":
            if event.action == "push" { return }
            if isListWanted { coalesced += 1 }
            isListWanted = true
        default: return
        }
    }

    /// Notes that something happened, and not what: the list will tell.
    package mutating func noteUnreadable() {
        isListWanted = true
    }

    /// Notes that one container has to be looked at.
    package mutating func mark(_ id: ContainerID) {
        if dirty.contains(id) || removed.contains(id) || isOverflown {
            coalesced += 1
        } else if dirty.count < limit {
            dirty.insert(id)
        } else {
            overflow()
        }
    }

    /// Notes that everything has to be looked at.
    package mutating func overflow() {
        isOverflown = true
        dirty = []
    }

    private mutating func remove(_ id: ContainerID) {
        dirty.remove(id)
        if removed.count < limit { removed.insert(id) } else { overflow() }
    }
}

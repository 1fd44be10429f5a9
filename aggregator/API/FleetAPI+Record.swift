import AggregatorCore
import Fleet
import Inventory
import JSON

extension FleetAPI {
    /// The container that a path names, as `docker inspect` does: a whole id, else a name, else how an id begins (B4).
    func find(host text: String, container name: String) throws(Problem) -> (HostInfo, ContainerID) {
        let host = try known(text)
        let view = fleet.read()
        if let id = ContainerID(name) {
            guard host.condition == .offline || view.container(id, on: host.key) != nil else {
                questions.miss()
                throw .ofHost(.containerNotFound, host.id, "host \(host.id) has no container \(id.short)")
            }
            return (host, id)
        }
        var query = Query()
        query.hosts = [host.key]
        query.nameOrPrefix = name
        query.limit = Self.candidates
        let found = view.containers(matching: query)
        guard let slot = found.slots.first else {
            throw .ofHost(.containerNotFound, host.id, "host \(host.id) has no container \(name)")
        }
        guard found.total == 1 else {
            throw .ambiguous(
                "\(name) means \(found.total) containers: \(list(found, in: view)); say which one")
        }
        return (host, view.summary(slot).id)
    }
}

extension JSONWriter {
    /// Writes what a record says besides its facets: where it stands among others, and how old it is (B13).
    mutating func surroundings(of slot: FleetView.Slot, on host: HostInfo, in view: FleetView) {
        optional("primaryIp", view.primaryAddress(slot))
        let (siblings, total) = view.siblings(slot, limit: 50)
        if total > 0 {
            member("siblingCount", total)
            array("siblings") { writer in
                for sibling in siblings {
                    writer.object {
                        view.writeMembers(sibling, [.host, .hostName, .id, .name, .service], into: &$0)
                    }
                }
            }
        }
        let (word, streak) = view.condition(slot)
        object("health") { writer in
            writer.member("status", word)
            writer.member("source", streak == nil ? "state" : "check")
            writer.optional("failingStreak", streak ?? 0)
        }
        if let cached = host.cachedAt { member("cachedAt", cached) }
    }

    /// Writes how many containers have variables whose values were asked for and are kept on their hosts (B6).
    mutating func hiddenValues(asked: [ContainerFilters.Pair], in view: FleetView) {
        var hidden: [(String, Int)] = []
        for pair in asked where pair.value != nil && !hidden.contains(where: { $0.0 == pair.key }) {
            let count = view.hiddenValues(of: pair.key)
            if count > 0 { hidden.append((pair.key, count)) }
        }
        guard !hidden.isEmpty else { return }
        object("hiddenValues") { writer in
            for (key, count) in hidden {
                writer.key(key)
                writer.integer(Int64(count))
            }
        }
    }
}

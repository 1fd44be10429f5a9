package import Inventory

/// A Compose project or Swarm stack across all hosts.
package struct StackSummary: Hashable, Sendable {
    package let name: String
    /// `compose` or `swarm`.
    package let kind: String
    /// Sorted.
    package let hosts: [HostID]
    /// Different services, `unknown` counted as one.
    package let services: Int
    package let containers: Int
    package let running: Int
}

/// The containers of one service of a stack, on all hosts.
package struct ServiceMembers: Hashable, Sendable {
    /// `unknown` for containers whose labels name no service (requirement B5).
    package let service: String
    /// In order of their host's id, then of their own.
    package let slots: [FleetView.Slot]
    package let running: Int

    package static let unknown = "unknown"
}

/// How many of some containers are on one host.
package struct HostCount: Hashable, Sendable {
    package let host: HostID
    package fileprivate(set) var containers = 0
    package fileprivate(set) var running = 0
    package fileprivate(set) var healthy = 0
}

extension FleetView {
    /// Counts some containers by their hosts, which they are in order of (requirement B5).
    package func counts(_ slots: [Slot]) -> [HostCount] {
        var counts: [HostCount] = []
        var last = Record.nobody
        for slot in slots {
            let place = snapshot.records[slot.number].host
            if place != last, let id = snapshot.hosts[place]?.id {
                counts.append(HostCount(host: id))
                last = place
            }
            let status = snapshot.records[slot.number].status
            counts[counts.count - 1].containers += 1
            counts[counts.count - 1].running += status.isRunning ? 1 : 0
            counts[counts.count - 1].healthy += snapshot.healthWord(status) == .healthy ? 1 : 0
        }
        return counts
    }

    /// Every stack, by name, then by kind.
    package func stacks() -> [StackSummary] {
        var stacks: [StackSummary] = []
        snapshot.indexes[Snapshot.Index.stack.rawValue].forEach { project, posting in
            stacks += summaries(project, posting)
        }
        return stacks.sorted { ($0.name, $0.kind) < ($1.name, $1.kind) }
    }

    /// The stacks of this name, by kind: hardly ever more than one.
    package func stacks(named name: String) -> [StackSummary] {
        guard let project = snapshot.strings.number(of: name).map(UInt64.init),
            let posting = snapshot.posting(.stack, project)
        else { return [] }
        return summaries(project, posting).sorted { $0.kind < $1.kind }
    }

    private func summaries(_ project: UInt64, _ posting: Posting) -> [StackSummary] {
        tally(posting).map { stack in
            StackSummary(
                name: snapshot.strings[UInt32(truncatingIfNeeded: project)],
                kind: snapshot.strings[stack.kind],
                hosts: Self.different(stack.hosts).compactMap { snapshot.hosts[$0]?.id }.sorted(),
                services: Self.different(stack.services).count, containers: stack.containers,
                running: stack.running)
        }
    }

    /// The containers of a stack by service, `unknown` last; empty when there is no such stack.
    ///
    /// `kind` is `compose` or `swarm`; nil takes both, if a name is both.
    package func members(ofStack name: String, kind: String? = nil) -> [ServiceMembers] {
        var query = Query()
        query.stack = name
        query.stackKind = kind
        var services: [UInt32: (slots: [Slot], running: Int)] = [:]
        for slot in containers(matching: query).slots {
            let record = snapshot.records[slot.number]
            let service = record.packed.compose?.service ?? 0
            services[service, default: ([], 0)].slots.append(slot)
            if record.status.isRunning { services[service]?.running += 1 }
        }
        let named = services.filter { $0.key != 0 }.map { service, found in
            ServiceMembers(service: snapshot.strings[service], slots: found.slots, running: found.running)
        }
        let unnamed = services[0].map { found in
            [ServiceMembers(service: ServiceMembers.unknown, slots: found.slots, running: found.running)]
        }
        return named.sorted { $0.service < $1.service } + (unnamed ?? [])
    }

    /// What is counted of one project and kind.
    private struct Tally {
        let kind: UInt32
        /// With repetitions, though not next to each other.
        var hosts: [UInt32] = []
        var services: [UInt32] = []
        var containers = 0
        var running = 0

        init(kind: UInt32) {
            self.kind = kind
        }
    }

    /// Counts a project's containers by kind; there is hardly ever more than one.
    private func tally(_ posting: Posting) -> [Tally] {
        var tallies: [Tally] = []
        posting.forEach { slot in
            guard let compose = snapshot.records[slot].packed.compose else { return }
            var index = 0
            while index < tallies.count, tallies[index].kind != compose.kind { index += 1 }
            if index == tallies.count { tallies.append(Tally(kind: compose.kind)) }
            let (host, service) = (snapshot.records[slot].host, compose.service)
            if tallies[index].hosts.last != host { tallies[index].hosts.append(host) }
            if tallies[index].services.last != service { tallies[index].services.append(service) }
            tallies[index].containers += 1
            tallies[index].running += snapshot.records[slot].status.isRunning ? 1 : 0
        }
        return tallies
    }

    /// Each number once.
    private static func different(_ numbers: [UInt32]) -> [UInt32] {
        guard numbers.count > 1 else { return numbers }
        var different: [UInt32] = []
        for number in numbers.sorted() where different.last != number { different.append(number) }
        return different
    }
}

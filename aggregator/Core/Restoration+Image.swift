import Fleet
import Inventory
import Journal
import Log
import Wire

extension Restoration {
    /// Takes the fleet from its image and applies what changed since.
    ///
    /// - Returns: Nil when there is no image, or it can't be trusted; why is in the log.
    static func fromImage(
        of journal: Journal, limit: Int64, at moment: Moment, log: Log
    ) async -> (fleet: Fleet, restoration: Restoration, revision: Int64)? {
        do {
            guard let image = try HotImage(in: journal.folder) else { return nil }
            guard let since = try journal.since(image.revision, limit: limit) else {
                throw ImageError("the database doesn't know its revision, or too much changed since")
            }
            let fleet = try await image.read()
            let restoration = try Restoration(
                image, since.hosts, since.containers, on: fleet, at: moment, log: log)
            return (fleet, restoration, image.revision.number)
        } catch {
            log(
                .warning, "the fleet's image is of no use; the fleet comes from the database",
                ["reason": "\(error)"])
            return nil
        }
    }

    private init(
        _ image: HotImage, _ rows: [HostRow], _ changed: [ContainerSince], on fleet: Fleet,
        at moment: Moment, log: Log
    ) throws {
        self.init()
        var keys: [HostKey: SipHash.Key] = [:]
        let view = fleet.read()
        for row in rows {
            let entry = Self.entry(row, moment, log)
            if let back = entry.info.backSince, back >= image.revision.number {
                throw ImageError("\(row.id) came back into memory after it")
            }
            if let known = image.keys[row.key], known != entry.record.digestKey {
                throw ImageError("the digests of \(row.id) have another key now")
            }
            keys[row.key] = entry.record.digestKey ?? SipHash.Key(low: 0, high: 0)
            let known = view.host(row.key)
            if known?.id != row.id || known?.name != entry.info.name {
                fleet.add(host: row.key, id: row.id, name: entry.info.name)
            }
            hosts.append(entry)
        }
        for host in view.hosts where keys[host.key] == nil { fleet.remove(host: host.key) }
        var sets: [HostKey: PreparedSet] = [:]
        for container in changed {
            guard let key = keys[container.host] else { continue }
            var set = sets.removeValue(forKey: container.host) ?? PreparedSet(key: key)
            if container.isReset || container.changes == nil {
                try set.add(ContainerChange(id: container.id, kind: .removed(.destroyed)))
            }
            if let changes = container.changes {
                try set.add(
                    ContainerChange(id: container.id, kind: .put(changes)), changedAt: container.changedAt)
            }
            sets[container.host] = set
            if set.count >= Self.smallBatch { try apply(&sets, container.host, to: fleet) }
        }
        for host in Array(sets.keys) { try apply(&sets, host, to: fleet) }
        // The image may be older than their leave.
        for entry in hosts where entry.info.retained != nil { fleet.empty(host: entry.key) }
        containers = fleet.read().count
    }

    /// Changes of a host that are applied in one go; few enough to be applied in place.
    private static let smallBatch = 20

    private func apply(_ sets: inout [HostKey: PreparedSet], _ host: HostKey, to fleet: Fleet) throws {
        guard let set = sets.removeValue(forKey: host) else { return }
        let applied = fleet.apply(set, to: host, at: 0)
        guard applied.missing.isEmpty else { throw ImageError("containers of it are missing") }
    }
}

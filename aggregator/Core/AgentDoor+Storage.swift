import Inventory
package import Journal
import Log
import OS
import Wire

extension AgentDoor {
    /// Takes in the hosts of the last run, before the door opens.
    func take(_ restoration: Restoration) {
        for entry in restoration.hosts {
            hosts[entry.info.id] = entry
            hostsByKey[entry.key] = entry.info.id
            directory.put(entry.info)
        }
        for row in restoration.unreadable {
            guard let entry = hostsByKey[row.host].flatMap({ hosts[$0] }) else { continue }
            // Else it would stay for ever: a resync takes away only what memory has.
            journal.append(
                JournalEntry(
                    host: row.host, changes: [.removed(row.id, .absent)], at: entry.info.lastHeard))
        }
    }

    /// The journal's word of how it fares, from its own thread.
    package nonisolated func journalChanged(_ state: JournalState) {
        switch state {
        case .running: log(.info, "changes become durable again")
        case .stalled(let sentence, _):
            log(
                .error, "changes don't become durable; answers stay live, agents keep what is missing",
                ["cause": sentence])
        case .damaged(let sentence, _):
            log(.error, "the database is damaged and begun anew from the agents", ["cause": sentence])
            _ = repairs.post(())
        case .closed: break
        }
    }

    /// Sets the damaged database aside and has every agent send everything again; what memory shows stays.
    ///
    /// - Returns: False when it could not be set aside.
    func beginAnew() async -> Bool {
        do {
            let place = try await journal.startAnew()
            log(.warning, "the damaged database was set aside", ["path": place])
        } catch {
            log(.error, "the damaged database could not be set aside; trying again", ["error": "\(error)"])
            return false
        }
        for (id, entry) in hosts {
            var entry = entry
            entry.mustSendAgain()
            // What was on disk only is gone with it.
            if entry.info.retained != nil { entry.info.retained = .init(containers: 0, running: 0) }
            hosts[id] = entry
            let info = StoredHost(entry.info, replaced: entry.record.replaced).encoded
            journal.append(
                JournalEntry(
                    host: entry.key, id: id, digestKey: entry.record.digestKey, info: info,
                    at: entry.info.lastHeard))
            if let connection = entry.connection.flatMap({ connection($0) }) {
                end(
                    connection,
                    PeerError(code: "database-renewed", message: "the aggregator needs everything again"))
            }
        }
        return true
    }
}

import Inventory
import OS
import Wire

/// What the broker has to say to agents.
extension AgentDoor {
    /// Says something to the agent of a session that may be over by now.
    func carry(_ message: Message, on number: Int) {
        guard let connection = connection(number), case .speaking(let host) = connection.phase,
            let box = connection.box
        else { return }
        perform(box.session.ask(message), of: host, on: connection)
    }

    /// An agent looked at all that its Engine has, after this time (in ms of the steady clock), and memory holds that.
    func confirm(_ host: HostID, since asked: Int64) {
        guard var entry = hosts[host], let number = entry.connection,
            connection(number)?.box?.session.isLive == true
        else { return }
        for facet in Facet.allCases {
            entry.info.confirmed[facet] = max(entry.info.confirmed[facet] ?? .min, asked)
        }
        store(entry)
    }
}

import Wire

extension AgentDoor {
    /// Takes in a piece of an answer; what it is a piece of is the broker's to know.
    func took(_ reply: AgentReply, from entry: HostEntry) {
        guard let connection = entry.connection else { return }
        broker.received(reply, from: entry.info.id, on: connection)
    }
}

import Wire

extension AgentDoor {
    /// A piece of an answer came (requirement B4).
    func took(_ reply: AgentReply, from entry: HostEntry) {}
}

import Wire

extension AgentDoor {
    /// Something happened on a host (requirement B15).
    func took(_ report: EventReport, from entry: HostEntry) {}
}

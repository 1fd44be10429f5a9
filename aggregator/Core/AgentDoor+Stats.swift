import Wire

extension AgentDoor {
    /// A host's containers were measured (requirement B16).
    func took(_ report: StatsReport, from entry: HostEntry) {}
}

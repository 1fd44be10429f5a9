import Wire

extension AgentDoor {
    /// An agent told of its own work (requirement C7).
    func took(_ measures: Measures, from entry: HostEntry) {
        hostMeasures.take(measures, of: entry.key)
    }
}

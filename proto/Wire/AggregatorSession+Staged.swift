extension AggregatorSession {
    /// Bytes of change sets and resyncs that are not whole yet, for whoever bounds those of all sessions together.
    package var stagedBytes: Int {
        switch phase {
        case .live(_, let staged): staged?.bytes ?? 0
        case .resyncing(let staged): staged.bytes
        case .waiting, .closed: 0
        }
    }
}

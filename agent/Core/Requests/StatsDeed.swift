import OS
import Wire

extension RequestDesk {
    /// Lets aggregators have a container sampled more often while somebody watches it (requirement C10).
    ///
    /// The samples go as frames `stats` to every aggregator that takes them; the answer itself stays empty.
    func serveStats(_ stats: StatsLoop) {
        let demands = stats.demands
        serve(
            Operation.stats,
            Deed(isTimed: false) { request, writer throws(RequestFailure) in
                guard let id = request.container else {
                    throw RequestFailure(
                        AgentReply.Failure.unsupported, "live samples are one container's; name it")
                }
                let interval = request.options["interval"].flatMap { Int64($0) } ?? 1_000
                guard let demand = demands.begin(id, interval: .milliseconds(interval)) else {
                    throw RequestFailure(
                        AgentReply.Failure.busy, "too many containers are watched live on this host already")
                }
                defer { demands.end(demand) }
                writer.begin()
                // Its end is the task's: nobody waits any more, or the session is over.
                while !Task.isCancelled { try? await BootClock().sleep(for: .seconds(3_600)) }
            })
    }
}

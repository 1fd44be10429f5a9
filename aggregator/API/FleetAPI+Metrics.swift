import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import Journal
import Metrics
import OS
import Wire

extension FleetAPI {
    /// Answers `GET /metrics` (requirement C7): for whoever may read, and for all on the Unix socket.
    func metrics(_ request: HTTPServerRequest, _ exchange: HTTPExchange) throws(Problem) {
        try allow(request)
        _ = try Parameters(request, taking: [])
        // Goes through hosts and containers, and reads from /proc.
        try later(exchange) {
            let load = await self.door.load
            exchange.answer(self.metrics(load))
        }
    }

    private func metrics(_ load: DoorLoad) -> HTTPServerResponse {
        let view = fleet.read()
        var page = Exposition()
        page.fleet(view, directory.all, bounds: metricsBounds)
        page.family(
            "bayplan_revision", .gauge, "Number of the last committed change.", journal.current.number)
        page.door(door.counts, load, heartbeat: door.heartbeat)
        page.agents(door.hostMeasures.all, directory)
        page.journal(journal.statistics, isRunning: journal.state.isRunning)
        page.http(
            measures, waiting: jobs.count,
            caches: [
                ("etag", unchangedLists.value, madeLists.value),
                ("memory", Int64(questions.hits), Int64(questions.misses)),
                ("stacks", stacks.hits.value, stacks.misses.value),
            ])
        page.containers(
            view, limit: metricsBounds.containers, notBefore: oldestSample(now: BootClock.now.milliseconds))
        page.process(ProcessFigures.current(), version: bayplanVersion)
        return HTTPServerResponse(
            status: 200, headers: [("Content-Type", Exposition.contentType)], body: page.bytes)
    }
}

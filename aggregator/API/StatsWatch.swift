import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import Log
import OS

/// One who watches a container's samples: a line of JSON for each, and one now and then while none comes (C10).
struct StatsWatch: Sendable {
    let api: FleetAPI
    let host: HostID
    let id: ContainerID
    let watch: StatsFeed.Watch

    /// What was told last: nothing is told twice before the quiet time is over.
    private struct Told: Equatable {
        var at: Int64?
        var demand: StatsFeed.Demand
        var condition: HostCondition
    }

    func run(on exchange: HTTPExchange) async {
        let stream = exchange.stream(headers: Watch.headers)
        var told: Told?
        do {
            while !Task.isCancelled, api.journal.state != .closed {
                guard let info = api.directory[host] else {
                    return try await end("the host was taken out", stream)
                }
                let view = api.fleet.read()
                guard let slot = view.container(id, on: info.key) else {
                    return try await end("the container is gone", stream)
                }
                let news = Told(
                    at: view.stats(of: slot)?.at, demand: watch.demand, condition: info.condition)
                if news != told {
                    try await stream.send(line(slot, info, view, news.demand))
                    told = news
                }
                if await !rings() { told = nil }
            }
            stream.finish()
        } catch {
            api.log(.debug, "a watch of samples ended", ["reason": "\(error)"])
        }
    }

    private func line(
        _ slot: FleetView.Slot, _ info: HostInfo, _ view: FleetView, _ demand: StatsFeed.Demand
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "stats")
            switch demand {
            case .beginning: writer.member("live", false)
            case .live: writer.member("live", true)
            case .refused(let reason):
                writer.member("live", false)
                writer.member("liveReason", reason)
            }
            writer.usage(of: slot, on: info, in: view, lifetime: api.statsLifetime)
        }
        writer.newline()
        return writer.bytes
    }

    private func end(_ reason: String, _ stream: HTTPResponseStream) async throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "end")
            writer.member("reason", reason)
        }
        writer.newline()
        try await stream.send(writer.bytes)
        stream.finish()
    }

    /// Waits for news; false when the quiet time passed without any.
    private func rings() async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask(name: "sample") { await watch.ring() }
            group.addTask(name: "quiet") {
                try? await BootClock().sleep(for: api.quiet)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}

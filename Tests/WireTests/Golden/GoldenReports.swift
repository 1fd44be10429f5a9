import Inventory
import Wire

/// The frames outside the host's state, with every member and with none that can be left out.
enum GoldenReports {
    static let all: [(String, Message)] = [
        ("stats", .stats(StatsReport(now: 1_763_640_030_100, at: 1_763_640_030_000, samples: []))),
        ("stats-full", .stats(fullStats)),
        ("events", .events(EventReport(now: 1_763_640_031_000, events: [die]))),
        ("events-missed", .events(EventReport(now: 1_763_640_032_000, missed: 12, events: []))),
        ("measures", .measures(measures)),
        (
            "request-refresh",
            .request(
                AgentRequest(
                    id: 1, operation: Operation.refresh, timeout: 5_000, limit: 65_536, credit: 65_536))
        ),
        ("request-logs", .request(logs)),
        (
            "reply-first",
            .reply(AgentReply(id: 2, data: Array("listening\n\u{ff}".utf8) + [0xff], stream: "stderr"))
        ),
        ("reply-last", .reply(AgentReply(id: 2, isLast: true))),
        (
            "reply-error",
            .reply(
                AgentReply(
                    id: 3, isLast: true,
                    error: AgentReply.Failure(
                        code: AgentReply.Failure.notAllowed,
                        message: "host attic's agent doesn't let anybody read Compose files")))
        ),
        ("credit", .credit(Credit(id: 2, bytes: 49_152))),
        ("cancel", .cancel(Cancel(id: 2))),
    ]

    private static var fullStats: StatsReport {
        var stats = ContainerStats()
        stats.cpu = 1_234
        stats.cpuTime = 98_765_432_100
        stats.memory = 0
        stats.memoryLimit = 536_870_912
        stats.pids = 7
        stats.received = 1_024
        stats.sent = 2_048
        stats.read = 4_096
        stats.written = 8_192
        return StatsReport(
            now: 1_763_640_030_100, at: 1_763_640_030_000, interval: 30_000, more: true,
            samples: [
                StatsReport.Sample(id: SampleFleet.web.id, stats: stats),
                StatsReport.Sample(id: SampleFleet.everything.id, stats: ContainerStats()),
            ])
    }

    private static var die: EventReport.Event {
        var event = EventReport.Event(
            at: 1_763_640_030_950, type: "container", action: "die", actor: "\(SampleFleet.web.id)")
        event.nanoseconds = 123_456
        event.attributes = ["exitCode": "137", "image": "nginx:1.27", "name": "web"]
        return event
    }

    private static var measures: Measures {
        var measures = Measures()
        measures.counters = [
            Measures.Counter(name: "events_processed_total", value: 41),
            Measures.Counter(
                name: "engine_errors_total", labels: ["operation": "list", "kind": "timeout"], value: 2),
        ]
        measures.histograms = [
            Measures.Histogram(
                name: "engine_call_duration_seconds", labels: ["operation": "inspect"],
                bounds: [1_000, 10_000, 100_000], counts: [3, 2, 0, 1], sum: 2_012_345)
        ]
        return measures
    }

    private static var logs: AgentRequest {
        AgentRequest(
            id: 2, operation: Operation.logs, container: SampleFleet.web.id, timeout: 30_000,
            limit: 1_048_576, credit: 196_608, options: ["follow": "1", "tail": "100"])
    }
}

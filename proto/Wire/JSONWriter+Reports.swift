import Inventory
import JSON

extension JSONWriter {
    mutating func members(of report: StatsReport) {
        member("now", report.now)
        member("at", report.at)
        optional("interval", report.interval)
        optional("more", report.more)
        array("samples") { writer in
            for sample in report.samples {
                writer.object { writer in
                    writer.key("id")
                    writer.string(utf8: sample.id.hexadecimal)
                    writer.members(of: sample.stats)
                }
            }
        }
    }

    private mutating func members(of stats: ContainerStats) {
        measured("cpu", stats.cpu)
        measured("cpuTime", stats.cpuTime)
        measured("memory", stats.memory)
        optional("limit", stats.memoryLimit)
        measured("pids", stats.pids)
        measured("rx", stats.received)
        measured("tx", stats.sent)
        measured("read", stats.read)
        measured("write", stats.written)
    }

    /// Writes what was measured, 0 too; what wasn't is left out.
    private mutating func measured(_ name: StaticString, _ value: Int64?) {
        if let value { member(name, value) }
    }

    mutating func members(of report: EventReport) {
        member("now", report.now)
        optional("missed", report.missed)
        array("events") { writer in
            for event in report.events {
                writer.object { writer in
                    writer.member("at", event.at)
                    writer.optional("nanos", event.nanoseconds)
                    writer.member("type", event.type)
                    writer.member("action", event.action)
                    writer.member("actor", event.actor)
                    writer.optional("attributes", event.attributes)
                }
            }
        }
    }

    mutating func members(of measures: Measures) {
        array("counters") { writer in
            for counter in measures.counters {
                writer.object { writer in
                    writer.member("name", counter.name)
                    writer.optional("labels", counter.labels)
                    writer.member("value", counter.value)
                }
            }
        }
        array("histograms") { writer in
            for histogram in measures.histograms {
                writer.object { writer in
                    writer.member("name", histogram.name)
                    writer.optional("labels", histogram.labels)
                    writer.member("bounds", integers: histogram.bounds)
                    writer.member("counts", integers: histogram.counts)
                    writer.member("sum", histogram.sum)
                }
            }
        }
    }

    private mutating func member(_ name: StaticString, integers: [Int64]) {
        array(name) { writer in
            for integer in integers { writer.integer(integer) }
        }
    }

    mutating func members(of request: AgentRequest) {
        member("id", request.id)
        member("operation", request.operation)
        if let container = request.container {
            key("container")
            string(utf8: container.hexadecimal)
        }
        member("timeout", request.timeout)
        member("limit", request.limit)
        member("credit", request.credit)
        optional("options", request.options)
    }

    mutating func members(of reply: AgentReply) {
        member("id", reply.id)
        optional("stream", reply.stream)
        if !reply.data.isEmpty { member("data", base64: reply.data) }
        optional("last", reply.isLast)
        if let error = reply.error {
            object("error") { writer in
                writer.member("code", error.code)
                writer.member("message", error.message)
            }
        }
    }
}

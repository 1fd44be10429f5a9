import Inventory
import JSON

extension JSONReader {
    mutating func restOfStats() throws(JSONError) -> StatsReport {
        var report = StatsReport(now: 0, at: 0, samples: [])
        while let key = try nextKey() {
            switch key {
            case "now": report.now = try readCount()
            case "at": report.at = try readCount()
            case "interval": report.interval = try readCount()
            case "more": report.more = try readBool()
            case "samples":
                try beginArray()
                while try nextElement() { report.samples.append(try readSample()) }
            default: try skip()
            }
        }
        return report
    }

    private mutating func readSample() throws(JSONError) -> StatsReport.Sample {
        let start = position
        var id: ContainerID?
        var stats = ContainerStats()
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "id": id = try readContainerID()
            case "cpu": stats.cpu = try readCount()
            case "cpuTime": stats.cpuTime = try readCount()
            case "memory": stats.memory = try readCount()
            case "limit": stats.memoryLimit = try readCount()
            case "pids": stats.pids = try readCount()
            case "rx": stats.received = try readCount()
            case "tx": stats.sent = try readCount()
            case "read": stats.read = try readCount()
            case "write": stats.written = try readCount()
            default: try skip()
            }
        }
        guard let id else { throw JSONError(.invalidValue, at: start, "a sample without an id") }
        return StatsReport.Sample(id: id, stats: stats)
    }

    mutating func restOfEvents() throws(JSONError) -> EventReport {
        var report = EventReport(now: 0, events: [])
        while let key = try nextKey() {
            switch key {
            case "now": report.now = try readCount()
            case "missed": report.missed = try readCount()
            case "events":
                try beginArray()
                while try nextElement() { report.events.append(try readEvent()) }
            default: try skip()
            }
        }
        return report
    }

    private mutating func readEvent() throws(JSONError) -> EventReport.Event {
        var event = EventReport.Event(at: 0, type: "", action: "", actor: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "at": event.at = try readCount()
            case "nanos": event.nanoseconds = try readInteger(in: 0...999_999)
            case "type": event.type = try readString()
            case "action": event.action = try readString()
            case "actor": event.actor = try readString()
            case "attributes": event.attributes = try readStringMap()
            default: try skip()
            }
        }
        return event
    }

    mutating func restOfMeasures() throws(JSONError) -> Measures {
        var measures = Measures()
        while let key = try nextKey() {
            switch key {
            case "counters":
                try beginArray()
                while try nextElement() { measures.counters.append(try readCounter()) }
            case "histograms":
                try beginArray()
                while try nextElement() { measures.histograms.append(try readHistogram()) }
            default: try skip()
            }
        }
        return measures
    }

    private mutating func readCounter() throws(JSONError) -> Measures.Counter {
        var counter = Measures.Counter(name: "", value: 0)
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "name": counter.name = try readString()
            case "labels": counter.labels = try readStringMap()
            case "value": counter.value = try readCount()
            default: try skip()
            }
        }
        return counter
    }

    private mutating func readHistogram() throws(JSONError) -> Measures.Histogram {
        let start = position
        var histogram = Measures.Histogram(name: "", bounds: [], counts: [], sum: 0)
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "name": histogram.name = try readString()
            case "labels": histogram.labels = try readStringMap()
            case "bounds": histogram.bounds = try readCounts()
            case "counts": histogram.counts = try readCounts()
            case "sum": histogram.sum = try readCount()
            default: try skip()
            }
        }
        guard histogram.counts.count == histogram.bounds.count + 1 else {
            throw JSONError(.invalidValue, at: start, "a histogram has one count more than bounds")
        }
        return histogram
    }

    private mutating func readCounts() throws(JSONError) -> [Int64] {
        var counts: [Int64] = []
        try beginArray()
        while try nextElement() { counts.append(try readCount()) }
        return counts
    }

    mutating func restOfRequest() throws(JSONError) -> AgentRequest {
        var request = AgentRequest(id: 0, operation: "", timeout: 0, limit: 0, credit: 0)
        while let key = try nextKey() {
            switch key {
            case "id": request.id = try readCount()
            case "operation": request.operation = try readString()
            case "container": request.container = try readContainerID()
            case "timeout": request.timeout = try readCount()
            case "limit": request.limit = try readCount()
            case "credit": request.credit = try readCount()
            case "options": request.options = try readStringMap()
            default: try skip()
            }
        }
        return request
    }

    mutating func restOfReply() throws(JSONError) -> AgentReply {
        var reply = AgentReply(id: 0)
        while let key = try nextKey() {
            switch key {
            case "id": reply.id = try readCount()
            case "stream": reply.stream = try readString()
            case "data":
                let start = position
                reply.data = try readBase64()
                guard reply.data.count <= AgentReply.dataLimit else {
                    throw JSONError(.invalidValue, at: start, "a reply has at most 48 KiB of data")
                }
            case "last": reply.isLast = try readBool()
            case "error":
                try beginObject()
                let texts = try restOfTexts()
                reply.error = AgentReply.Failure(code: texts.code, message: texts.message)
            default: try skip()
            }
        }
        if reply.error != nil { reply.isLast = true }
        return reply
    }

    mutating func restOfCredit() throws(JSONError) -> Credit {
        var credit = Credit(id: 0, bytes: 0)
        while let key = try nextKey() {
            switch key {
            case "id": credit.id = try readCount()
            case "bytes": credit.bytes = try readCount()
            default: try skip()
            }
        }
        return credit
    }
}

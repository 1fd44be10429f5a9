import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import OS
import Wire

extension FleetAPI {
    /// `GET /hosts/{id}/health`: how a host and its Engine fare (requirement C2).
    func hostHealth(_ text: String) throws(Problem) -> HTTPServerResponse {
        let host = try known(text)
        let view = fleet.read()
        let now = moment
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("host", host.id.rawValue)
            writer.member("hostName", host.name)
            writer.member("state", host.condition.rawValue)
            writer.optional("since", host.since)
            if let error = host.error { writer.member("error", error) }
            writer.condition(host.engine)
            // Without a stream of events the agent compares complete lists only.
            writer.member("updates", host.engine.eventsSince > 0 ? "events" : "polling")
            if host.engine.roundTrip > 0 { writer.member("roundTripMs", milliseconds: host.engine.roundTrip) }
            writer.object("containers") { writer in
                let counts = view.host(host.key)
                writer.member("total", counts?.containers ?? 0)
                writer.member("running", counts?.running ?? 0)
                let health = view.healthByHost([host.key]).first?.health ?? HealthTally()
                for word in HealthTally.Word.allCases where word != .other || health.other > 0 {
                    writer.key(word.rawValue)
                    writer.integer(Int64(health.count(word)))
                }
            }
            // Samples older than their facet's lifetime say nothing of now (requirement B1).
            let notBefore = now.steady - statsLifetime
            if let usage = view.usage(ofHost: host.key, notBefore: notBefore), usage.containers > 0 {
                writer.object("usage") { writer in
                    writer.member("containers", usage.containers)
                    writer.member("cpuPercent", hundredths: usage.cpu)
                    writer.member("memory", usage.memory)
                }
            }
            writer.member("lastSeen", host.lastHeard)
            writer.member("ageMs", max(0, now.wall - host.lastHeard))
            if let agreed = host.agreed { writer.member("confirmedAgeMs", max(0, now.steady - agreed)) }
        }
        return .json(writer)
    }
}

extension JSONWriter {
    /// Writes microseconds as milliseconds with three decimals.
    fileprivate mutating func member(_ name: StaticString, milliseconds microseconds: Int64) {
        member(name, microseconds, of: 1_000, decimals: 3)
    }

    /// Writes hundredths with two decimals.
    fileprivate mutating func member(_ name: StaticString, hundredths: Int64) {
        member(name, hundredths, of: 100, decimals: 2)
    }

    private mutating func member(_ name: StaticString, _ number: Int64, of unit: Int64, decimals: Int) {
        let fraction = String(abs(number % unit))
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        key(name)
        raw("\(number / unit).\(zeros)\(fraction)".utf8)
    }
}

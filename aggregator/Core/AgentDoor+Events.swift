import Journal
import Wire

extension AgentDoor {
    /// Something happened on a host (requirement B15).
    func took(_ report: EventReport, from entry: HostEntry) {
        let host = entry.info.id
        let told = report.events.map { event in
            let (time, isOver) = event.at.multipliedReportingOverflow(by: 1_000_000)
            var told = FleetEvent(
                host: host, time: isOver ? .max : time + min(event.nanoseconds, .max - time),
                type: event.type,
                action: event.action, actor: event.actor)
            told.attributes = event.attributes
            return told
        }
        events.take(told, missed: report.missed, from: host)
    }
}

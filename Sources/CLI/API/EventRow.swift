import JSON
import OS
import Template

/// An event as the API tells it.
struct EventRow: Sendable {
    var host = ""
    var number: Int64 = 0
    var type = ""
    var action = ""
    var actor = ""
    var attributes: [(key: String, value: String)] = []
    /// Nanoseconds since 1970.
    var time: Int64 = 0

    /// Reads a member `event` of a line.
    init(_ value: JSONValue) {
        host = value["host"]?.string ?? ""
        number = value["number"]?.integer ?? 0
        type = value["type"]?.string ?? ""
        action = value["action"]?.string ?? ""
        actor = value["actor"]?["id"]?.string ?? ""
        time = value["timeNano"]?.integer ?? 0
        attributes = (value["actor"]?["attributes"]?.members ?? []).map { ($0.name, $0.value.string ?? "") }
            .sorted { $0.key < $1.key }
    }

    /// The same for one event, whatever number an aggregator gave it.
    var identity: String { "\(host) \(time) \(type) \(action) \(actor)" }

    /// The line of `docker events`, with the host before the other attributes.
    var line: String {
        let texts = (["host=\(host)"] + attributes.map { "\($0.key)=\($0.value)" }).joined(separator: ", ")
        return "\(goTime(nanoseconds: time)) \(type) \(action) \(actor) (\(texts))"
    }

    /// What a template of `docker events --format` sees: docker's message, and the host.
    var value: Value {
        let actorRecord = Value.record(
            Record(
                named: "Actor",
                [
                    ("ID", .foreign(actor)),
                    (
                        "Attributes",
                        .map(Map(attributes.map { ($0.key, .foreign($0.value)) }, holdsTexts: true))
                    ),
                ]))
        let isContainer = type == "container"
        let isOld = isContainer || type == "image"
        let image = isContainer ? attributes.first { $0.key == "image" }?.value ?? "" : ""
        // docker's own members, which it leaves out when they are empty.
        let first: [(key: String, value: Value)] = [
            ("status", .foreign(isOld ? action : "")), ("id", .foreign(isOld ? actor : "")),
            ("from", .foreign(image)),
        ]
        let seconds = Timestamp(nanosecondsSince1970: time).seconds
        let shown = (isOld ? Array(first.prefix(2)) : []) + (image.isEmpty ? [] : [first[2]])
        return .record(
            Record(
                named: "Message",
                shown + [
                    ("Type", .foreign(type)), ("Action", .foreign(action)), ("Actor", actorRecord),
                    ("scope", .text("local")), ("time", .int(seconds)), ("timeNano", .int(time)),
                    ("host", .foreign(host)),
                ],
                extras: [
                    ("Status", first[0].value), ("ID", first[1].value), ("From", first[2].value),
                    ("Scope", .text("local")), ("Time", .int(seconds)), ("TimeNano", .int(time)),
                    ("Host", .foreign(host)),
                ]))
    }
}

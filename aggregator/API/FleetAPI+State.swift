import AggregatorCore
import HTTPServer
import Inventory
import JSON
import Journal
import Settings
import Wire

extension FleetAPI {
    /// Whether everything works; answers stay live when it doesn't.
    var readiness: HTTPServerResponse {
        switch journal.state {
        case .running: .text(200, "ok")
        case .stalled(let sentence, _): .text(503, "journal stalled: \(sentence)")
        case .damaged(let sentence, _): .text(503, "journal damaged: \(sentence)")
        case .closed: .text(503, "the aggregator stops")
        }
    }

    /// The aggregator's settings with where each comes from.
    var configuration: HTTPServerResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("items") { writer in
                for row in settings {
                    writer.object { writer in
                        writer.member("name", row.name)
                        writer.member("value", row.value)
                        writer.member("origin", row.origin)
                    }
                }
            }
        }
        return .json(writer)
    }

    var version: HTTPServerResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("version", bayplanVersion)
            writer.member("apiVersion", "v1")
            writer.array("protocols") { writer in
                for version in protocolVersions { writer.integer(version) }
            }
        }
        return .json(writer)
    }
}

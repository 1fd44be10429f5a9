import Access
import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import OS
import TLS

extension FleetAPI {
    /// Answers `GET /diagnosis`: what was looked at, and what is wrong (row B19).
    var diagnosis: HTTPServerResponse {
        var diagnosis = Diagnosis()
        diagnosis.hosts = directory.all
        diagnosis.containers = fleet.read().count
        diagnosis.journal = journal.state
        diagnosis.events = events.condition
        diagnosis.certificateEnd = identity?.context.chain.first?.notAfter
        diagnosis.tokens = gatekeeper.list.map { facts in
            let subject =
                switch facts.subject {
                case .host(let host): "host \(host)"
                case .scope(let scope): "scope \(scope.rawValue)"
                }
            return Diagnosis.Token(
                id: facts.id, subject: subject, created: facts.created, expires: facts.expires)
        }
        diagnosis.now = WallClock.now()
        diagnosis.uptime = started.duration(to: BootClock.now).wholeMilliseconds
        if let memory = try? ProcessMemory.current(), let limit = ProcessMemory.limit() {
            diagnosis.memory = (memory.resident, limit)
        }
        diagnosis.freeDisk = try? freeSpace(journal.folder)
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("checks") { writer in
                for check in diagnosis.checks {
                    writer.object { writer in
                        writer.member("name", check.name)
                        writer.member("summary", check.summary)
                        writer.array("findings") { writer in
                            for finding in check.findings {
                                writer.object { writer in
                                    writer.member("code", finding.code)
                                    writer.member("severity", finding.severity.rawValue)
                                    writer.member("subject", finding.subject)
                                    writer.member("what", finding.what)
                                    writer.member("fix", finding.fix)
                                }
                            }
                        }
                    }
                }
            }
        }
        return .json(writer)
    }
}

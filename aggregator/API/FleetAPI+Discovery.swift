import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import Journal
import OS
import Wire

extension FleetAPI {
    /// How many hosts are on a page unless another number is asked for.
    private static let usualHosts = 100

    /// Which hosts a question for what lies on them is about, and where the next page begins.
    struct DiscoveryPage {
        let hosts: [HostInfo]
        let total: Int
        let next: String?
    }

    /// The hosts that are asked about, in order of their ids.
    func discoveryPage(_ parameters: Parameters) throws(Problem) -> DiscoveryPage {
        let all = (try chosen(parameters) ?? directory.all).sorted { $0.id < $1.id }
        var start = 0
        if let after = parameters.after {
            guard let id = HostID(after) else {
                throw .badRequest("continue must be what the page before gave; begin again without it")
            }
            start = all.firstIndex { id < $0.id } ?? all.count
        }
        let end = min(all.count, start + (parameters.query.limit ?? Self.usualHosts))
        let hosts = Array(all[start..<end])
        return DiscoveryPage(
            hosts: hosts, total: all.count, next: end < all.count ? hosts.last?.id.rawValue : nil)
    }

    /// `GET /discovery`: what lies on hosts, as far as their containers tell (requirement B12).
    ///
    /// A host of which nothing is known yet is asked first, within a time limit and together with the others.
    func discover(_ page: DiscoveryPage) async -> HTTPServerResponse {
        let unknown = page.hosts.filter(isUnknown)
        let warnings = await ask(unknown)
        let revision = journal.current
        let view = fleet.read()
        let now = WallClock.now()
        var writer = JSONWriter(capacity: 1_024 * (1 + page.hosts.count))
        writer.object { writer in
            writer.member("revision", revision.description)
            writer.member("total", page.total)
            if let next = page.next { writer.member("continue", next) }
            writer.array("items") { writer in
                for host in page.hosts {
                    guard let summary = view.host(host.key), let found = discoveries.of(summary, in: view)
                    else {
                        continue
                    }
                    writer.object { writer in
                        writer.member("host", host.id.rawValue)
                        writer.member("hostName", host.name)
                        writer.member("hostState", host.condition.rawValue)
                        let wasAsked = unknown.contains { $0.key == host.key } && warnings[host.key] == nil
                        writer.member("source", wasAsked ? "host" : "memory")
                        if let cached = host.cachedAt {
                            writer.member("age", max(0, now - cached))
                        }
                        if let warning = warnings[host.key] { writer.member("warning", warning) }
                        writer.discovery(found)
                    }
                }
            }
        }
        return .json(writer)
    }

    /// Whether nothing is cached of a host: no containers, and never a word that there are none.
    private func isUnknown(_ host: HostInfo) -> Bool {
        host.confirmed.isEmpty && fleet.digests(of: host.key).count == 0
    }
}

extension JSONWriter {
    fileprivate mutating func discovery(_ found: Discovery) {
        member("containers", found.containers)
        member("running", found.running)
        array("projects") { writer in
            for project in found.projects {
                writer.object { writer in
                    writer.member("name", project.name)
                    writer.member("kind", project.kind)
                    writer.member("services", project.services)
                    writer.member("containers", project.containers)
                    writer.member("running", project.running)
                    writer.optional("configFiles", project.configFiles)
                    writer.optional("workingDirs", project.workingDirectories)
                }
            }
        }
        texts("composeFiles", found.composeFiles)
        texts("dataPaths", found.dataPaths)
    }

    /// Writes a list also when it is empty: that there are none is an answer.
    private mutating func texts(_ name: StaticString, _ texts: [String]) {
        array(name) { writer in
            for text in texts { writer.string(text) }
        }
    }
}

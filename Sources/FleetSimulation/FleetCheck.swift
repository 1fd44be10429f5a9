import HTTP
import Inventory
import JSON
package import OS
import Wire

/// Holds what an aggregator answers against what the simulated fleet truly is, facet by facet, byte by byte.
///
/// It asks the HTTP API as anybody would: the hosts, each host's containers, and every container's whole record, which
/// the aggregator reads from its disk.
package struct FleetCheck: Sendable {
    /// What was found.
    package struct Outcome: Hashable, Sendable {
        /// Containers that were compared.
        package var containers = 0
        /// Facets that were compared and are equal.
        package var equalFacets = 0
        /// Sentences about what differs, the first of them only.
        package var differences: [String] = []

        /// Whether nothing differs.
        package var isEqual: Bool { differences.isEmpty }
    }

    private let client: HTTPClient

    /// How many differences are told of each host.
    private static let told = 5
    /// How many hosts are asked about at a time.
    private static let width = 4
    private static let patience = Duration.seconds(30)

    /// Prepares to ask an aggregator's API.
    package init(_ connector: any Connector) {
        client = HTTPClient(
            connector: connector, host: "localhost", limits: HTTPLimits(body: 64 << 20),
            maxConnections: Self.width)
    }

    /// Compares until everything is equal or the time is over; the fleet must not change meanwhile.
    package func waitUntilEqual(_ fleet: SimulatedFleet, within limit: Duration) async -> Outcome {
        let deadline = Deadline.after(limit)
        var outcome = Outcome()
        var left = fleet.hosts
        while true {
            let found = await compare(left)
            var differing: [SimulatedHost] = []
            outcome.differences = []
            for (host, one) in zip(left, found) {
                if one.isEqual {
                    outcome.containers += one.containers
                    outcome.equalFacets += one.equalFacets
                } else {
                    differing.append(host)
                    outcome.differences += one.differences
                }
            }
            if differing.isEmpty {
                outcome.differences = await surplusHosts(fleet)
                if outcome.isEqual || deadline.hasPassed() { return outcome }
            }
            left = differing
            guard !deadline.hasPassed(), (try? await BootClock().sleep(for: .milliseconds(100))) != nil else {
                return outcome
            }
        }
    }

    /// Compares these hosts; outcomes are in their order.
    private func compare(_ hosts: [SimulatedHost]) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes = [Outcome](repeating: Outcome(), count: hosts.count)
            var next = 0
            while next < min(Self.width, hosts.count) {
                add(hosts, next, to: &group)
                next += 1
            }
            while let (place, outcome) = await group.next() {
                outcomes[place] = outcome
                guard next < hosts.count else { continue }
                add(hosts, next, to: &group)
                next += 1
            }
            return outcomes
        }
    }

    private func add(_ hosts: [SimulatedHost], _ place: Int, to group: inout TaskGroup<(Int, Outcome)>) {
        group.addTask(name: "check") { (place, await compare(hosts[place])) }
    }

    private func compare(_ host: SimulatedHost) async -> Outcome {
        var outcome = Outcome()
        let id = host.description.id
        let truth = host.truth
        do throws(CheckError) {
            let known = try await ids(of: id)
            for surplus in known.subtracting(truth.keys).sorted().prefix(Self.told) {
                outcome.differences.append("\(id): \(surplus.short) is gone and still listed")
            }
            for missing in Set(truth.keys).subtracting(known).sorted().prefix(Self.told) {
                outcome.differences.append("\(id): \(missing.short) is missing")
            }
            guard outcome.isEqual else { return outcome }
            for (container, expected) in truth {
                let found = try await record(of: container, on: id)
                outcome.containers += 1
                for facet in Facet.allCases {
                    if found[facet] == expected[facet] {
                        outcome.equalFacets += 1
                    } else if outcome.differences.count < Self.told {
                        outcome.differences.append(
                            "\(id)/\(container.short) \(facet.rawValue): \(Self.text(found[facet])) instead of "
                                + Self.text(expected[facet]))
                    }
                }
                guard outcome.differences.count < Self.told else { break }
            }
        } catch {
            outcome.differences.append("\(id): \(error.sentence)")
        }
        return outcome
    }

    /// Hosts that are listed as live and that the fleet doesn't have, and those that are not live.
    private func surplusHosts(_ fleet: SimulatedFleet) async -> [String] {
        do throws(CheckError) {
            let answer = try await get("/api/v1/hosts")
            var states: [String: String] = [:]
            for item in answer["items"]?.elements ?? [] {
                states[item["id"]?.string ?? ""] = item["state"]?.string ?? ""
            }
            return fleet.hosts.compactMap { host in
                let id = host.description.id.rawValue
                return states[id] == "live" ? nil : "\(id) is \(states[id] ?? "not known") instead of live"
            }
        } catch {
            return [error.sentence]
        }
    }

    private func ids(of host: HostID) async throws(CheckError) -> Set<ContainerID> {
        var ids: Set<ContainerID> = []
        var page = ""
        repeat {
            let more = page.isEmpty ? "" : "&continue=" + HTTPRequest.encoded(page)
            let answer = try await get("/api/v1/containers?all=true&fields=id&host=\(host)\(more)")
            for item in answer["items"]?.elements ?? [] {
                guard let id = item["id"]?.string.flatMap({ ContainerID($0) }) else {
                    throw CheckError(sentence: "a list of the API has an element without an id")
                }
                ids.insert(id)
            }
            page = answer["continue"]?.string ?? ""
        } while !page.isEmpty
        return ids
    }

    private func record(of id: ContainerID, on host: HostID) async throws(CheckError) -> EncodedContainer {
        let body = try await body("/api/v1/containers/\(host)/\(id)")
        var container = EncodedContainer()
        do throws(JSONError) {
            var reader = JSONReader(body)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                if let facet = Facet(rawValue: key.string) {
                    container[facet] = Array(try reader.readRaw())
                } else {
                    try reader.skip()
                }
            }
            try reader.finish()
        } catch {
            throw CheckError(sentence: "the API's record is no JSON: \(error)")
        }
        return container
    }

    private func get(_ target: String) async throws(CheckError) -> JSONValue {
        let body = try await body(target)
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw CheckError(sentence: "the API's answer is no JSON: \(error)")
        }
    }

    private func body(_ target: String) async throws(CheckError) -> [UInt8] {
        let response: HTTPResponse
        do {
            response = try await client.send(HTTPRequest(.get, target), deadline: .after(Self.patience))
        } catch {
            throw CheckError(sentence: "\(error)")
        }
        guard response.isSuccess else {
            throw CheckError(sentence: "the API answered \(response.status): \(response.text.prefix(200))")
        }
        return response.body
    }

    private static func text(_ facet: FacetBytes?) -> String {
        facet.map { String(decoding: $0.prefix(600), as: UTF8.self) } ?? "nothing"
    }
}

/// The API gave no usable answer.
private struct CheckError: Error {
    let sentence: String
}

import HTTP
import Inventory
import JSON
import OS
import TestSupport
import Testing
import Wire

/// Requirement H4.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `A list of targets for Prometheus` {
    private static func container(
        _ number: Int, _ name: String, labels: [String: String] = [:], state: ContainerState = .running,
        _ network: (inout Network) -> Void = { _ in }
    ) -> EncodedContainer {
        var own = Network()
        own.mode = "default"
        network(&own)
        own.ports.sort()
        var config = Config(name: name)
        config.image = "app:1"
        config.labels = labels
        let id = Sample.id(number)
        return EncodedContainer(
            Container(id: id, status: Status(state: state), network: own, config: config))
    }

    private static func bridge(_ ip: String, name: String = "bridge") -> Endpoint {
        var endpoint = Endpoint(name: name)
        endpoint.id = String(repeating: "b", count: 64)
        endpoint.ip = ip
        return endpoint
    }

    private static func fleet(_ body: (Client) async throws -> Void) async throws {
        try await Station.with { station in
            var attic = try Who("attic")
            attic.address = "10.0.0.7"
            attic.labels = ["site.name": "north"]
            var log = attic.log
            log.put(
                Sample.id(1),
                container(
                    1, "web", labels: ["prometheus.io/scrape": "true", "a.b": "1", "a-b": "2", "é": "\"\n"]
                ) {
                    $0.networks = [bridge("172.17.0.2")]
                    $0.ports = [
                        Port(privatePort: 80, publicPort: 8_080, ip: "0.0.0.0"),
                        Port(privatePort: 80, publicPort: 8_080, ip: "::"),
                        Port(privatePort: 53, publicPort: 5_353, ip: "0.0.0.0", type: "udp"),
                        Port(privatePort: 9_000),
                    ]
                })
            log.put(
                Sample.id(2),
                container(2, "bound") {
                    $0.networks = [bridge("172.18.0.2", name: "mon")]
                    $0.mode = "mon"
                    $0.ports = [
                        Port(privatePort: 81, publicPort: 8_081, ip: "127.0.0.1"),
                        Port(privatePort: 82, publicPort: 8_082, ip: "192.168.1.5"),
                    ]
                })
            log.put(
                Sample.id(3), container(3, "hidden") { $0.networks = [bridge("172.18.0.3", name: "mon")] })
            log.put(
                Sample.id(4),
                container(4, "own") {
                    $0.mode = "host"
                    $0.networks = [bridge("", name: "host")]
                })
            log.put(
                Sample.id(5),
                container(5, "gone", state: .exited) {
                    $0.ports = [Port(privatePort: 1, publicPort: 1, ip: "0.0.0.0")]
                })
            log.put(
                Sample.id(6), container(6, "guest") { $0.mode = "container:\(Sample.id(1))" })
            log.completed()
            let agent = try await RawAgent.synchronized(station, as: attic, log)
            defer { withExtendedLifetime(agent) {} }
            var cellar = try Who("cellar")
            cellar.address = "fe80::7"
            log = cellar.log
            log.put(
                Sample.id(7),
                container(7, "six") { $0.ports = [Port(privatePort: 80, publicPort: 8_080, ip: "::")] })
            log.completed()
            _ = try await RawAgent.synchronized(station, as: cellar, log)
            var odd = try Who("odd")
            odd.address = "http://10.0.0.9/\n"
            log = odd.log
            log.put(
                Sample.id(8),
                container(8, "lost") { $0.ports = [Port(privatePort: 80, publicPort: 8_080, ip: "0.0.0.0")] })
            log.completed()
            _ = try await RawAgent.synchronized(station, as: odd, log)
            let client = station.client
            try await eventually { try await client.names("/containers").count == 8 }
            try await body(client)
        }
    }

    private static func addresses(_ client: Client, _ query: String = "") async throws -> [String] {
        let list = try await client.json("/sd/prometheus" + query)
        return (list.elements ?? []).map { group in
            let name = group["labels"]?["__meta_docker_container_name"]?.string ?? ""
            return "\(name) \(group["targets"]?[0]?.string ?? "")"
        }.sorted()
    }

    @Test func `is every published TCP port that can be reached, at the host's address`() async throws {
        try await Self.fleet { client in
            let found = try await Self.addresses(client)
            #expect(
                found == [
                    "/bound 192.168.1.5:8082", "/guest 10.0.0.7:8080", "/own 10.0.0.7", "/six [fe80::7]:8080",
                    "/web 10.0.0.7:8080",
                ])
        }
    }

    @Test func `is narrowed as the list of containers is`() async throws {
        try await Self.fleet { client in
            for (query, addresses) in [
                ("?host=cellar", ["/six [fe80::7]:8080"]), ("?name=web", ["/web 10.0.0.7:8080"]),
                ("?labelSelector=prometheus.io%2Fscrape%3Dtrue", ["/web 10.0.0.7:8080"]),
                ("?hostSelector=site.name%3Dnorth&name=own", ["/own 10.0.0.7"]),
                ("?filter=name%3Dbound", ["/bound 192.168.1.5:8082"]), ("?name=nobody", []),
                ("?filters=%7B%22status%22%3A%5B%22exited%22%5D%7D", ["/gone 10.0.0.7:1"]),
            ] as [(String, [String])] {
                let found = try await Self.addresses(client, query)
                #expect(found == addresses, "\(query)")
            }
            #expect(try await client.get("/sd/prometheus?host=nobody").status == 404)
            #expect(try await client.get("/sd/prometheus?all=1").status == 400)
            #expect(try await client.get("/sd/prometheus?network=/").status == 400)
            #expect(try await client.get("/sd").status == 404)
        }
    }

    @Test func `is the container's own address where Prometheus shares its network`() async throws {
        try await Self.fleet { client in
            let found = try await Self.addresses(client, "?network=mon&host=attic")
            #expect(
                found == [
                    "/bound 172.18.0.2:81", "/bound 172.18.0.2:82", "/guest 10.0.0.7:8080",
                    "/hidden 172.18.0.3:80",
                    "/own 10.0.0.7", "/web 10.0.0.7:8080",
                ])
            #expect(
                try await Self.addresses(client, "?network=cellar/mon&name=bound") == [
                    "/bound 192.168.1.5:8082"
                ])
            #expect(
                try await Self.addresses(client, "?network=attic/mon&name=hidden") == [
                    "/hidden 172.18.0.3:80"
                ])
        }
    }

    @Test func `has the labels of docker_sd, and which host it is`() async throws {
        try await Self.fleet { client in
            let response = try await client.get("/sd/prometheus?name=web")
            #expect(response.headers["Content-Type"] == "application/json")
            let labels = try #require(try JSONValue(parsing: response.body)[0]?["labels"])
            let found = Dictionary(
                uniqueKeysWithValues: (labels.members ?? []).map { ($0.name, $0.value.string ?? "") })
            let expected = [
                "__meta_bayplan_container_health": "none", "__meta_bayplan_container_image": "app:1",
                "__meta_bayplan_container_state": "running", "__meta_bayplan_host": "attic",
                "__meta_bayplan_host_address": "10.0.0.7", "__meta_bayplan_host_label_site_name": "north",
                "__meta_bayplan_host_name": "attic", "__meta_bayplan_host_state": "live",
                "__meta_docker_container_id": "\(Sample.id(1))", "__meta_docker_container_name": "/web",
                "__meta_docker_container_network_mode": "default",
                // `a-b` comes before `a.b`.
                "__meta_docker_container_label_a_b": "2", "__meta_docker_container_label__": "\"\n",
                "__meta_docker_container_label_prometheus_io_scrape": "true",
                "__meta_docker_network_id": String(repeating: "b", count: 64),
                "__meta_docker_network_ip": "172.17.0.2", "__meta_docker_network_name": "bridge",
                "__meta_docker_port_private": "80", "__meta_docker_port_public": "8080",
                "__meta_docker_port_public_ip": "0.0.0.0",
            ]
            for name in Set(found.keys).union(expected.keys) {
                #expect(found[name] == expected[name], "\(name)")
            }
        }
    }

    @Test func `is always answered whole, an empty one as an empty list`() async throws {
        try await Station.with { station in
            let response = try await station.client.get("/sd/prometheus", headers: ["If-None-Match": "*"])
            #expect(response.status == 200 && response.text == "[]\n")
        }
    }
}

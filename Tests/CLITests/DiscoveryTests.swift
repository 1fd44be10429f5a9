import Access
import CLI
import Testing

/// Requirement H4: `bayplan sd prometheus`.
@Suite struct `Service discovery` {
    private static let list =
        #"[{"targets":["10.0.0.7:8080"],"labels":{"__meta_docker_container_name":"/web"}}]"#

    @Test func `prints the aggregator's list as it is`() async throws {
        let run = try await bayplan(
            "sd", "prometheus", answer: routes(["GET /api/v1/sd/prometheus": Self.list]))
        #expect(run.code == .ok && run.output == Self.list + "\n")
        let empty = try await bayplan("sd", answer: routes(["GET /api/v1/sd/prometheus": "[]"]))
        #expect(empty.code == .ok && empty.output == "[]\n")
    }

    @Test func `asks for what the options say`() async throws {
        let run = try await bayplan(
            "sd", "prometheus", "--host", "attic", "--host", "cellar", "--stack", "shop", "-l",
            "prometheus.io/scrape=true",
            "--host-selector", "site=north", "-f", "name=web", "--network", "attic/mon",
            answer: routes(["GET /api/v1/sd/prometheus?": Self.list]))
        #expect(
            run.requests == [
                "GET /api/v1/sd/prometheus?host=attic&host=cellar&stack=shop"
                    + "&labelSelector=prometheus.io%2Fscrape%3Dtrue&hostSelector=site%3Dnorth&filter=name%3Dweb"
                    + "&network=attic%2Fmon"
            ])
    }

    @Test(arguments: [["-l", "a in"], ["-f", "nonsense=1"], ["--host-selector", "("]])
    func `asks nothing when the choice makes no sense`(words: [String]) async throws {
        let run = try await bayplan(words: ["sd", "prometheus"] + words)
        #expect(run.code == .usage && run.requests.isEmpty)
    }

    /// Requirements C7 and H7: what Prometheus shows the aggregator.
    @Test func `has tokens that Prometheus can show`() async throws {
        var random = SystemRandomNumberGenerator()
        let credential = Credential(using: &random)
        let token = AccessToken(
            addresses: ["bay:4681"], pin: nil, checksName: true, subject: .scope(.read),
            credential: credential)
        let made =
            #"{"id":"\#(credential.id)","scope":"read","addresses":["bay:4681"],"token":"\#(token.text)"}"#
        let run = try await bayplan("token", "create", "--scope", "read", "--bearer") { _ in
            .init(status: 201, body: made)
        }
        #expect(run.code == .ok && run.output == credential.text + "\n", "\(run.notes)")
        let agent = try await bayplan("token", "create", "--host", "attic", "--bearer")
        #expect(agent.code == .usage && agent.requests.isEmpty)
        let odd = try await bayplan("token", "create", "--scope", "read", "--bearer") { _ in
            .init(status: 201, body: #"{"id":"a","token":"bayplan9.x"}"#)
        }
        #expect(odd.code == .failed && odd.output.isEmpty)
    }
}

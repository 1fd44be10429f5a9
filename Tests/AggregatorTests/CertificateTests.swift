import Access
import AggregatorCore
import HTTP
import JSON
import Log
import OS
import Settings
import TLS
import TestSupport
import Testing
import Wire

/// Requirement H7: the doors' certificate, the aggregator's own or the administrator's, replaced while agents report.
@Suite(.timeLimit(.minutes(1)), .serialized) struct `The doors' certificate` {
    /// An administrator's authority and certificate, made by real OpenSSL.
    private struct Office {
        let folder: String
        var chain: String { folder + "/cert.pem" }
        var key: String { folder + "/key.pem" }
        var authority: String { folder + "/ca.pem" }

        init(_ folder: String) async throws {
            self.folder = folder
            try makeDirectories(folder)
            try await run(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=Office", "-days", "30", "-keyout", "\(folder)/ca-key.pem", "-out", authority)
            try await sign(name: "127.0.0.1")
        }

        /// Makes a new key and certificate for an address.
        func sign(name: String) async throws {
            try writeFileAtomically("\(folder)/ext", Array("subjectAltName=IP:\(name)\n".utf8))
            try await run(
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=bay", "-keyout", "\(folder)/new-key.pem", "-out", "\(folder)/csr.pem")
            try await run(
                "x509", "-req", "-in", "\(folder)/csr.pem", "-CA", authority, "-CAkey",
                "\(folder)/ca-key.pem",
                "-CAcreateserial", "-days", "20", "-extfile", "\(folder)/ext", "-out", "\(folder)/new.pem")
            try writeFileAtomically(key, try readFile("\(folder)/new-key.pem", limit: 65_536))
            try writeFileAtomically(chain, try readFile("\(folder)/new.pem", limit: 65_536))
        }

        var arguments: [String] { ["--tls-cert", chain, "--tls-key", key, "--tls-ca", authority] }

        private func run(_ arguments: String...) async throws {
            ToolUse.record("openssl")
            let run = try await ProcessFixture.run("/usr/bin/openssl", arguments)
            guard run.status == 0 else { throw Unexpected("openssl \(arguments): \(run.errors)") }
        }
    }

    /// The serial number, as far as it matters: what the shown certificate says of itself.
    private func shown(by station: Station, _ trust: TLSClientContext) async throws -> CertificateFacts {
        let stream = try await TLSConnector(SocketConnector(station.agents), trust).connectSecurely(
            deadline: .after(.seconds(10)))
        defer { stream.close() }
        return try #require(stream.peerCertificate)
    }

    private func made(_ station: Station, _ body: String) async throws -> AccessToken {
        let answer = try await station.client.send(.post, "/api/v1/tokens", body: body)
        let value = try JSONValue(parsing: answer.body)
        return try AccessToken(text: try #require(value["token"]?.string, "\(answer.text)"))
    }

    @Test func `of the administrator is shown, pinned by its authority and checked by its name`() async throws
    {
        try await TemporaryDirectory.with { folder in
            let office = try await Office(folder + "/office")
            try await Station.with(folder, Station.Options(arguments: office.arguments, isLocked: true)) {
                station in
                let token = try await made(station, #"{"host":"attic"}"#)
                let root = try #require(try CertificateFacts.read(office.authority).first)
                #expect(token.pin == root.publicKeySHA256 && token.checksName)
                let right = try TLSClientContext(
                    .pinned(publicKeySHA256: root.publicKeySHA256, name: "127.0.0.1"))
                #expect(try await shown(by: station, right).subject.contains("bay"))
                let wrong = try TLSClientContext(
                    .pinned(publicKeySHA256: root.publicKeySHA256, name: "10.9.8.7"))
                await #expect(throws: StreamError.self) { _ = try await shown(by: station, wrong) }
                #expect(!fileExists(station.folder + "/data/tls/ca-key.pem"))
            }
            // Without --tls-ca the token leaves it to the system whom it trusts.
            let options = Station.Options(arguments: Array(office.arguments.prefix(4)), isLocked: true)
            try await Station.with(folder, options) { station in
                let token = try await made(station, #"{"host":"attic"}"#)
                #expect(token.pin == nil && token.checksName)
            }
        }
    }

    @Test func `is read again by itself while an agent reports`() async throws {
        try await TemporaryDirectory.with { folder in
            let office = try await Office(folder + "/office")
            try await Station.with(folder, Station.Options(arguments: office.arguments, isLocked: true)) {
                station in
                let who = try await station.admitted("attic")
                let log = Sample.log(who, 1...1)
                let agent = try await RawAgent.synchronized(station, as: who, log)
                let trust = try #require(try station.trust)
                let before = try await shown(by: station, trust)
                try await office.sign(name: "127.0.0.1")
                try await eventually("the new certificate is shown") {
                    try await shown(by: station, trust).publicKeySHA256 != before.publicKeySHA256
                }
                try await agent.send(RawAgent.heartbeat(log, sequence: 3))
                try await agent.send(.goodbye(Goodbye(reason: "done")))
                #expect(try await agent.rest().isEmpty)
            }
        }
    }

    @Test func `stays as it was when a file is bad, and the log says which`() async throws {
        try await TemporaryDirectory.with { folder in
            let office = try await Office(folder + "/office")
            try await Station.with(folder, Station.Options(arguments: office.arguments, isLocked: true)) {
                station in
                let trust = try #require(try station.trust)
                let before = try await shown(by: station, trust)
                try writeFileAtomically(office.key, Array("nonsense".utf8))
                func complaints() -> [String] {
                    station.sink.lines.filter { $0.contains("error the certificate was not read again") }
                }
                try await eventually("the log says so") {
                    complaints().contains { $0.contains(office.key) }
                }
                #expect(try await shown(by: station, trust) == before)
                // Once for each state of the files; SIGHUP asks again.
                let count = complaints().count
                station.hangUp()
                try await eventually("it is said again") { complaints().count == count + 1 }
                try await office.sign(name: "127.0.0.1")
                try await eventually("the mended one is shown") {
                    try await shown(by: station, trust).publicKeySHA256 != before.publicKeySHA256
                }
            }
        }
    }

    @Test func `of its own is renewed when two thirds of its time are over`() async throws {
        let time = TestTime()
        try await Station.with(Station.Options(isLocked: true, clock: time)) { station in
            let who = try await station.admitted("attic")
            let log = Sample.log(who, 1...1)
            let agent = try await RawAgent.synchronized(station, as: who, log)
            let pin = try #require(station.aggregator.identity?.mark.pin)
            func trust() throws -> TLSClientContext {
                try TLSClientContext(.pinned(publicKeySHA256: pin, name: nil), clock: { time.now })
            }
            let before = try await shown(by: station, trust())
            time.advance(by: .seconds(300 * 86_400))
            try await eventually("a new one is shown") {
                try await shown(by: station, trust()).notAfter > before.notAfter
            }
            #expect(station.aggregator.identity?.mark.pin == pin)
            // Whoever was there goes on.
            try await agent.send(RawAgent.heartbeat(log, sequence: 3))
            try await agent.send(.goodbye(Goodbye(reason: "done")))
            #expect(try await agent.rest().isEmpty)
        }
    }

    @Test func `of its own is the same after a restart`() async throws {
        try await TemporaryDirectory.with { folder in
            var pins: [[UInt8]?] = []
            var who = try Who("attic")
            for round in 1...2 {
                try await Station.with(folder, Station.Options(isLocked: true)) { station in
                    pins.append(station.aggregator.identity?.mark.pin)
                    if round == 1 { who = try await station.admitted("attic") }
                    _ = try await RawAgent.welcomed(station, as: who)
                }
            }
            #expect(pins[0] == pins[1] && pins[0]?.count == 32)
        }
    }

    @Test(arguments: [
        ["--tls-cert", "/nowhere/c.pem"], ["--tls-key", "/nowhere/k.pem"], ["--tls-ca", "/nowhere/a.pem"],
        ["--tls-cert", "/nowhere/c.pem", "--tls-ca", "/nowhere/a.pem"],
    ]) func `is all of the administrator's, or nothing`(arguments: [String]) async throws {
        await #expect {
            try await Station.with(Station.Options(arguments: arguments, isLocked: true)) { _ in }
        } throws: { "\($0)".contains("--tls-cert and --tls-key belong together") }
    }

    @Test func `that is missing keeps the aggregator from starting, and is named`() async throws {
        let arguments = ["--tls-cert", "/nowhere/c.pem", "--tls-key", "/nowhere/k.pem"]
        await #expect {
            try await Station.with(Station.Options(arguments: arguments, isLocked: true)) { _ in }
        } throws: { "\($0)".contains("/nowhere/c.pem") }
    }

    @Test func `and the tokens name what clients reach`() throws {
        func reach(_ arguments: String...) throws -> Reach {
            let input = SettingsInput(arguments: arguments, environment: { _ in nil }) {
                (_, _) throws(SettingsInput.FileProblem) in throw .missing
            }
            guard case .run(let settings) = try AggregatorSettings.table.resolve(input) else {
                throw Unexpected("help")
            }
            return Reach(
                settings, hostName: "attic",
                addresses: [IPAddress("10.0.0.7"), IPAddress("fd00::7")].compactMap(\.self))
        }
        let own = try reach()
        #expect(own.addresses(of: [.every(port: 1)]) == ["attic:1", "10.0.0.7:1", "[fd00::7]:1"])
        #expect(
            own.certificateNames(doors: []) == [
                "attic", "10.0.0.7", "fd00::7", "localhost", "127.0.0.1", "::1",
            ])
        #expect(own.authorities == ["attic", "10.0.0.7", "[fd00::7]"])
        let said = try reach("--advertise", "bay.example")
        let doors = [try SocketAddress("127.0.0.1:2"), .every(port: 3), .unix("/x")]
        #expect(said.addresses(of: doors) == ["bay.example:3", "127.0.0.1:2"])
        #expect(throws: SettingsError.self) { _ = try reach("--advertise", "https://x") }
    }
}

import Inventory
import JSON
import OS
import Settings

/// What `bayplan doctor` finds on its way to the aggregator and there.
struct Examination {
    private(set) var checks: [DoctorCheck] = []

    /// There is nothing to go by.
    mutating func noteNoWay(_ settings: Configuration, _ failure: Failure) {
        checks.append(
            DoctorCheck(
                name: "place", summary: "none (\(ClientSettings.origin(settings)))",
                findings: [
                    Finding(
                        .tokenUnusable, .error, "token", failure.sentence,
                        fix:
                            "Make one with `bayplan token create --scope read` on the aggregator's machine, and keep it in "
                            + "a file that only you can read.")
                ]))
    }

    /// Goes as far as it can; answers what any command would exit with.
    mutating func goToAggregator(_ call: Invocation) async -> ExitCode {
        let endpoints = call.api.endpoints
        let places = endpoints.map { "\($0.place)" }.joined(separator: ", ")
        checks.append(
            DoctorCheck(name: "place", summary: "\(places) (\(ClientSettings.origin(call.settings)))"))
        var failures: [(Finding, ExitCode)] = []
        var summary = ""
        for endpoint in endpoints {
            let started = BootClock.now
            if let failure = await Self.connect(endpoint, call) {
                failures.append(failure)
                continue
            }
            let time = started.duration(to: BootClock.now).wholeMilliseconds
            let kind = endpoint.trust == nil ? "made" : "made, and the aggregator proved who it is,"
            summary = "\(kind) in \(time) ms"
        }
        guard !summary.isEmpty else {
            checks.append(DoctorCheck(name: "connection", summary: "none", findings: failures.map(\.0)))
            return failures.first?.1 ?? .unreachable
        }
        // One way is enough; that another is closed is worth a word.
        checks.append(
            DoctorCheck(name: "connection", summary: summary, findings: failures.map(\.0.asWarning)))
        do throws(Failure) {
            try await askRelease(call)
            try await askDiagnosis(call)
            return .ok
        } catch {
            checks.append(
                DoctorCheck(name: "answer", summary: "none", findings: [Self.finding(error, call.api.place)]))
            return error.code
        }
    }

    /// Connects as far as TLS goes; says which step failed.
    private static func connect(_ endpoint: Endpoint, _ call: Invocation) async -> (Finding, ExitCode)? {
        do throws(StreamError) {
            let deadline = Deadline.after(call.api.timeout)
            let connector: any Connector
            do throws(Failure) {
                connector = try endpoint.connector(call.surroundings.connector)
            } catch {
                throw StreamError(.insecure, error.sentence)
            }
            try await connector.connect(deadline: deadline).close()
            return nil
        } catch {
            return finding(error, endpoint.place)
        }
    }

    private mutating func askRelease(_ call: Invocation) async throws(Failure) {
        let body = try await call.api.get(Query("version"))
        let theirs = (try? JSONValue(parsing: body))?["version"]?.string ?? ""
        guard !theirs.isEmpty else {
            throw Failure(.failed, "What answers at \(call.api.place) is no aggregator: it has no version.")
        }
        var findings: [Finding] = []
        if theirs != bayplanVersion {
            findings.append(
                Finding(
                    .clientRelease, .warning, "bayplan",
                    "This program is release \(bayplanVersion), the aggregator \(theirs).",
                    fix: "Install the same release on both; a question that one of them doesn't know fails."))
        }
        checks.append(
            DoctorCheck(
                name: "release", summary: "\(bayplanVersion) here, \(theirs) there", findings: findings))
    }

    private mutating func askDiagnosis(_ call: Invocation) async throws(Failure) {
        let body = try await call.api.get(Query("diagnosis"))
        guard let items = (try? JSONValue(parsing: body))?["checks"]?.elements else {
            throw Failure(.failed, "What answers at \(call.api.place) gave no diagnosis.")
        }
        checks += items.compactMap { DoctorCheck($0) }
    }

    /// Why there is no connection, and what any command would exit with.
    private static func finding(_ error: StreamError, _ place: Place) -> (Finding, ExitCode) {
        let isFile = place.address.port == nil
        let subject = "\(place)"
        func make(_ code: FindingCode, _ fix: String, _ exit: ExitCode = .unreachable) -> (Finding, ExitCode)
        {
            (Finding(code, .error, subject, error.sentence, fix: fix), exit)
        }
        switch error.kind {
        case .missing:
            return make(
                .socketMissing,
                "Start bayplan-aggregator on this machine (`systemctl status bayplan-aggregator`), or say where it is: "
                    + "--url or BAYPLAN_URL.")
        case .notPermitted where isFile:
            return make(
                .socketDenied,
                "Join the socket's group, then log in again: `sudo usermod -aG bayplan $USER`.",
                .notAllowed)
        case .unknownHost:
            return make(.nameUnknown, "Correct the name in --url, or use the machine's address.")
        case .refused:
            return make(
                .refused,
                isFile
                    ? "The socket is left of an aggregator that has gone: `systemctl restart bayplan-aggregator`."
                    : "Start bayplan-aggregator there; it listens for others than its own machine only with --http "
                        + "ADDRESS:4681.")
        case .insecure:
            return make(
                .tlsUntrusted,
                "If the aggregator's data folder was made anew, so was its authority: make a new token. Otherwise "
                    + "something else answers there; compare the clocks too.")
        case .timedOut:
            return make(
                .noAnswer, "Let TCP 4681 through the firewalls on the way, and see that the machine is up.",
                .timedOut)
        default:
            return make(.noWay, "Correct the address, the routes, or the firewall that forbids it.")
        }
    }

    /// Why there is no answer although there is a connection.
    private static func finding(_ failure: Failure, _ place: Place) -> Finding {
        switch failure.code {
        case .notAllowed:
            Finding(
                .denied, .error, "\(place)", failure.sentence,
                fix: "Ask through the aggregator's Unix socket, or with a token that allows it.")
        case .timedOut:
            Finding(
                .noAnswer, .error, "\(place)", failure.sentence,
                fix: "Look at the aggregator's log and its machine's load; `--timeout` waits longer.")
        default:
            Finding(
                .answerUnusable, .error, "\(place)", failure.sentence,
                fix: "See that a bayplan-aggregator of this release listens there.")
        }
    }
}

extension Finding {
    /// The same, mattering less.
    fileprivate var asWarning: Finding { Finding(code: code, .warning, subject, what, fix: fix) }
}

import Inventory
import JSON
import OS
import Settings

/// What `bayplan doctor` finds on its way to the aggregator and there.
struct Examination {
    private(set) var checks: [DoctorCheck] = []

    /// Goes as far as it can; answers what any command would exit with.
    mutating func goToAggregator(_ call: Invocation) async -> ExitCode {
        let place = call.api.place
        checks.append(DoctorCheck(name: "place", summary: "\(place) (\(ClientSettings.origin(call.settings)))"))
        let started = BootClock.now
        do throws(StreamError) {
            let stream = try await call.surroundings.connector(place.address)
                .connect(deadline: .after(call.api.timeout))
            stream.close()
        } catch {
            let finding = Self.finding(error, place)
            checks.append(DoctorCheck(name: "connection", summary: "none", findings: [finding.0]))
            return finding.1
        }
        let time = started.duration(to: BootClock.now).wholeMilliseconds
        checks.append(DoctorCheck(name: "connection", summary: "made in \(time) ms"))
        do throws(Failure) {
            try await askRelease(call)
            try await askDiagnosis(call)
            return .ok
        } catch {
            checks.append(DoctorCheck(name: "answer", summary: "none", findings: [Self.finding(error, place)]))
            return error.code
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
            DoctorCheck(name: "release", summary: "\(bayplanVersion) here, \(theirs) there", findings: findings))
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
        func make(_ code: FindingCode, _ fix: String, _ exit: ExitCode = .unreachable) -> (Finding, ExitCode) {
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
                .socketDenied, "Join the socket's group, then log in again: `sudo usermod -aG bayplan $USER`.",
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
        case .timedOut:
            return make(
                .noAnswer, "Let TCP 4681 through the firewalls on the way, and see that the machine is up.", .timedOut)
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

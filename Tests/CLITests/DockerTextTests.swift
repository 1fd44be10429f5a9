import CLI
import Inventory
import Testing

@Suite struct `Docker's words` {
    @Test(arguments: [
        (-5000, "Less than a second"), (0, "Less than a second"), (999, "Less than a second"),
        (1000, "1 second"),
        (1999, "1 second"), (2000, "2 seconds"), (59_999, "59 seconds"), (60_000, "About a minute"),
        (119_999, "About a minute"), (120_000, "2 minutes"), (3_599_999, "59 minutes"),
        (3_600_000, "About an hour"),
        (5_399_999, "About an hour"), (5_400_000, "2 hours"), (9_000_000, "3 hours"),
        (170_999_999, "47 hours"),
        (171_000_000, "2 days"), (172_800_000, "2 days"), (1_207_799_999, "13 days"),
        (1_207_800_000, "2 weeks"),
        (5_182_199_999, "8 weeks"), (5_182_200_000, "2 months"), (63_070_199_999, "24 months"),
        (63_072_000_000, "2 years"),
    ])
    func `for a duration follow go-units`(milliseconds: Int64, text: String) {
        #expect(humanDuration(milliseconds: milliseconds) == text)
    }

    @Test(arguments: [
        (0, "0s"), (59_999, "59s"), (180_000, "3m"), (3_600_000, "1h"), (7_500_000, "2h5m"),
        (40_000_000, "11h"),
        (172_800_000, "2d"),
    ])
    func `are shorter in narrow places`(milliseconds: Int64, text: String) {
        #expect(shortDuration(milliseconds: milliseconds) == text)
    }

    private static func status(
        _ state: String, started: Int64 = 0, finished: Int64 = 0, exit: Int64 = 0, health: String? = nil,
    ) -> Status {
        var status = Status(state: ContainerState(rawValue: state))
        status.startedAt = started
        status.finishedAt = finished
        status.exitCode = exit
        status.health = health.map { Health(status: $0) }
        return status
    }

    @Test(arguments: [
        (status("running", started: 1000), "Up 2 hours"),
        (status("running", started: 1000, health: "healthy"), "Up 2 hours (healthy)"),
        (status("running", started: 1000, health: "unhealthy"), "Up 2 hours (unhealthy)"),
        (status("running", started: 1000, health: "starting"), "Up 2 hours (health: starting)"),
        (status("running", started: 1000, health: "none"), "Up 2 hours"),
        (status("paused", started: 7_196_000, health: "healthy"), "Up 5 seconds (Paused)"),
        (status("restarting", started: 1000, finished: 7_199_000, exit: 1), "Restarting (1) 2 seconds ago"),
        (status("exited", started: 1000, finished: 7_021_000), "Exited (0) 3 minutes ago"),
        (status("exited", started: 1000, finished: 7_021_000, exit: 137), "Exited (137) 3 minutes ago"),
        (status("exited"), "Created"),
        (status("exited", started: 1000), ""),
        (status("created", exit: 127), "Created"),
        (status("dead", started: 1000, finished: 2000), "Dead"),
        (status("removing", started: 1000, finished: 2000), "Removal In Progress"),
        (status("hibernating"), "hibernating"),
    ])
    func `for a status follow the Engine`(status: Status, text: String) {
        #expect(statusText(status, now: 7_201_000) == text)
    }

    private static func port(
        _ inside: UInt16, _ outside: UInt16 = 0, _ ip: String = "", _ type: String = "tcp"
    ) -> Port {
        Port(privatePort: inside, publicPort: outside, ip: ip, type: type)
    }

    /// Cases of the docker CLI's own rules, written from its documentation and checked against docker 20.10.
    @Test(arguments: [
        ([], ""),
        ([port(9988)], "9988/tcp"),
        ([port(9988, 0, "", "udp")], "9988/udp"),
        ([port(9988, 8899, "4.3.2.1")], "4.3.2.1:8899->9988/tcp"),
        ([port(9988, 9988, "4.3.2.1")], "4.3.2.1:9988->9988/tcp"),
        ([port(80, 80, "0.0.0.0"), port(80, 80, "::")], "0.0.0.0:80->80/tcp, :::80->80/tcp"),
        ([port(9988), port(9989)], "9988-9989/tcp"),
        ([port(9989), port(9988), port(9990), port(10_000)], "9988-9990/tcp, 10000/tcp"),
        (
            [port(80, 80, "1.2.3.4"), port(81, 81, "1.2.3.4"), port(82, 82, "1.2.3.4")],
            "1.2.3.4:80-82->80-82/tcp"
        ),
        (
            [port(80, 8080, "1.2.3.4"), port(81, 8081, "1.2.3.4")],
            "1.2.3.4:8080->80/tcp, 1.2.3.4:8081->81/tcp"
        ),
        ([port(80, 8080, "0.0.0.0"), port(443), port(81)], "81/tcp, 443/tcp, 0.0.0.0:8080->80/tcp"),
        (
            [port(53, 53, "1.1.1.1"), port(53, 53, "1.1.1.1", "udp")],
            "1.1.1.1:53->53/tcp, 1.1.1.1:53->53/udp"
        ),
        ([port(65_535), port(65_534), port(65_535)], "65534-65535/tcp, 65535/tcp"),
        ([port(80), port(80, 80, "1.2.3.4")], "80/tcp, 1.2.3.4:80->80/tcp"),
    ])
    func `for ports join neighbours`(ports: [Port], text: String) {
        #expect(portsText(ports) == text)
    }

    @Test(arguments: [
        ([], [], "\"\""),
        (["nginx"], [], "\"nginx\""),
        (["/entry.sh"], ["nginx", "-g", "daemon off;"], "\"/entry.sh nginx -g …\""),
        ([], ["sleep", "1000000000000"], "\"sleep 1000000000000\""),
        ([], ["sleep", "10000000000000"], "\"sleep 10000000000000\""),
        ([], ["sleep", "100000000000000"], "\"sleep 1000000000000…\""),
        ([], ["sh", "-c", "a\"\\b"], "\"sh -c a\\\"\\\\b\""),
        ([], ["a", "\u{1b}[31m\n\t\u{7f}\u{202e}"], "\"a \\x1b[31m\\n\\t\\x7f\\u202e\""),
        ([], ["日本語日本語日本語日本語"], "\"日本語日本語日本語…\""),
        ([], ["日本語日本語日本語日"], "\"日本語日本語日本語日\""),
        ([], ["a b", "c d"], "\"a b 'c d'\""),
    ])
    func `for a command are quoted and cut`(entrypoint: [String], command: [String], text: String) {
        #expect(commandText(entrypoint: entrypoint, command: command, isWhole: false) == text)
    }

    @Test func `for a command are whole when asked`() {
        let words = ["sh", "-c", String(repeating: "x", count: 300)]
        #expect(commandText(entrypoint: [], command: words, isWhole: true).count == 308)
    }

    private static let digits = String(repeating: "0123456789abcdef", count: 4)

    @Test(arguments: [
        ("", "<no image>", "<no image>"), ("nginx", "nginx", "nginx"),
        ("nginx:1.25", "nginx:1.25", "nginx:1.25"),
        ("nginx:1.25@sha256:\(digits)", "nginx:1.25", "nginx:1.25@sha256:\(digits)"),
        ("docker.io/library/nginx:1", "nginx:1", "docker.io/library/nginx:1"),
        ("docker.io/me/app", "me/app", "docker.io/me/app"),
        ("sha256:\(digits)", "0123456789ab", "sha256:\(digits)"), (digits, "0123456789ab", digits),
        ("reg.example:5000/app:2", "reg.example:5000/app:2", "reg.example:5000/app:2"),
    ])
    func `for an image drop digest and default registry`(image: String, short: String, whole: String) {
        #expect(imageText(image, isWhole: false) == short)
        #expect(imageText(image, isWhole: true) == whole)
    }

    @Test func `for a time are those of Go`() {
        // The tests run in whatever zone the machine has; the offset tells which.
        let text = goTime(milliseconds: 1_795_172_694_999)
        #expect(text.wholeMatch(of: /20\d\d-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} \S+/) != nil, "\(text)")
        if text.hasSuffix("+0000 UTC") { #expect(text == "2026-11-20 11:04:54 +0000 UTC") }
    }
}

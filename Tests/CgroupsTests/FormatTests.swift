import Cgroups
import Inventory
import Testing

/// Row B16: each file of a control group by its format; what isn't in it is nil.
@Suite struct `A control group's file` {
    private func span<Answer>(_ text: String, _ body: (Span<UInt8>) -> Answer) -> Answer {
        let bytes = Array(text.utf8)
        return body(bytes.span)
    }

    @Test func `gives the CPU time in nanoseconds`() {
        #expect(span("22844941\n", GroupFiles.cpuTime1) == 22_844_941)
        let stat = "usage_usec 22844\nuser_usec 12000\nsystem_usec 10844\nnr_periods 0\n"
        #expect(span(stat, GroupFiles.cpuTime2) == 22_844_000)
        #expect(span("user_usec 12000\nusage_usec 7\n", GroupFiles.cpuTime2) == 7_000)
    }

    @Test(arguments: [
        "", "\n", "-1\n", "12", "12x\n", "12 \n", "9223372036854775808\n", "max\n", "1\n2\n", "0x10\n",
        "99999999999999999999999999\n", "\u{0}\u{0}\u{0}\u{0}", "１２\n",
    ]) func `is nil when it holds no number, a cut one or one past 64 bits`(text: String) {
        #expect(span(text, GroupFiles.cpuTime1) == nil)
        #expect(span(text, GroupFiles.number) == nil)
    }

    @Test func `is nil when microseconds don't fit as nanoseconds`() {
        #expect(span("usage_usec 9223372036854775807\n", GroupFiles.cpuTime2) == nil)
        #expect(span("usage_usec 9223372036854775\n", GroupFiles.cpuTime2) == 9_223_372_036_854_775_000)
        #expect(span("usage_usec 12", GroupFiles.cpuTime2) == nil)
        #expect(span("xusage_usec 12\n", GroupFiles.cpuTime2) == nil)
    }

    @Test func `says 0 for no limit, in both versions`() {
        #expect(span("max\n", GroupFiles.limit) == 0)
        #expect(span("9223372036854771712\n", GroupFiles.limit) == 0)
        #expect(span("9223372036854710272\n", GroupFiles.limit) == 0)
        #expect(span("67108864\n", GroupFiles.limit) == 67_108_864)
        #expect(span("\n", GroupFiles.limit) == nil)
    }

    @Test func `gives the memory without cache as Docker's client does`() {
        let version1 = "cache 900\ninactive_file 700\ntotal_cache 900\ntotal_inactive_file 800\n"
        #expect(span(version1) { GroupFiles.memory(usage: 1_000, stat: $0) } == 200)
        let version2 = "anon 10\nfile 900\ninactive_file 700\n"
        #expect(span(version2) { GroupFiles.memory(usage: 1_000, stat: $0) } == 300)
        // More cache than use, as happens between two readings.
        #expect(span(version2) { GroupFiles.memory(usage: 600, stat: $0) } == 600)
        #expect(span(version1) { GroupFiles.memory(usage: 750, stat: $0) } == 50)
        #expect(span("nonsense") { GroupFiles.memory(usage: 600, stat: $0) } == 600)
    }

    @Test func `sums what block devices moved`() {
        let version1 = """
            8:0 Read 4096
            8:0 Write 100
            8:0 Sync 4096
            8:0 Total 4196
            253:1 Read 1
            253:1 Write 2
            Total 4199

            """
        let sums = span(version1, GroupFiles.transfers1)
        #expect(sums.read == 4_097 && sums.written == 102 && !sums.isEmpty)
        let version2 = """
            8:0 rbytes=4096 wbytes=100 rios=1 wios=2 dbytes=5 dios=1
            253:1 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0
            7:1
            7:0 \

            """
        let same = span(version2, GroupFiles.transfers2)
        #expect(same.read == 4_097 && same.written == 102 && !same.isEmpty)
        #expect(span("Total 0\n", GroupFiles.transfers1).read == 0)
        #expect(span("Total 0\n", GroupFiles.transfers1).isEmpty)
        #expect(span("", GroupFiles.transfers2).written == 0)
        #expect(span("8:0 Read 9223372036854775807\n8:1 Read 1\n", GroupFiles.transfers1).read == nil)
        #expect(span("8:0 rbytes=x wbytes=3\n", GroupFiles.transfers2).read == nil)
        #expect(span("8:0 rbytes=4 wbytes=3\n", GroupFiles.transfers2).written == 3)
    }

    @Test func `sums all interfaces but loopback`() {
        let head = "Inter-|   Receive  |  Transmit\n face |bytes    packets |bytes    packets\n"
        let text =
            head
                + """
                    lo:    7000      10    0    0    0     0          0         0     7000      10    0    0    0     0       0          0
                  eth0:     200       2    0    0    0     0          0         0       30       1    0    0    0     0       0          0
                lot:1000 2 0 0 0 0 0 0 500 1 0 0 0 0 0 0

                """
        let totals = span(text) { NetworkTotals($0) }
        #expect(totals?.received == 1_200 && totals?.sent == 530)
        let none = span(head) { NetworkTotals($0) }
        #expect(none?.received == 0 && none?.sent == 0)
        #expect(span("") { NetworkTotals($0) } == nil)
        #expect(span("garbage\n\u{0}\nmore") { NetworkTotals($0) } == nil)
        let cut = span(head + "eth0: 200 2 0 0") { NetworkTotals($0) }
        #expect(cut?.sent == nil)
        #expect(span(head + "eth0: 20") { NetworkTotals($0) }?.received == nil)
    }

    @Test(arguments: 0..<400) func `never traps, whatever bytes it holds`(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let alphabet = Array("0123456789 \n:=abcdefrwRWmax".utf8) + [0, 255]
        var words = ["rbytes=", "Read ", "usage_usec ", "lo:", "eth0: ", "inactive_file ", "cpu ", "cpu0 "]
        words.append("18446744073709551615 ")
        var bytes: [UInt8] = []
        for _ in 0..<200 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let draw = Int(state >> 33)
            if draw % 5 == 0 { bytes += Array(words[draw / 5 % words.count].utf8) }
            bytes.append(alphabet[draw % alphabet.count])
        }
        _ = GroupFiles.cpuTime1(bytes.span)
        _ = GroupFiles.cpuTime2(bytes.span)
        _ = GroupFiles.limit(bytes.span)
        _ = GroupFiles.memory(usage: .max, stat: bytes.span)
        _ = GroupFiles.transfers1(bytes.span)
        _ = GroupFiles.transfers2(bytes.span)
        _ = NetworkTotals(bytes.span)
        _ = CPUShare.System(bytes.span)
    }
}

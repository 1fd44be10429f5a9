import Cgroups
import Inventory
import Testing

/// Row B16: CPU % the way `docker stats` computes it.
@Suite struct `A CPU share` {
    private func share(_ used: Int64, _ time: Int64, cpus: Int64 = 2) -> CPUShare {
        CPUShare(used: used, system: CPUShare.System(time: time, cpus: cpus))
    }

    @Test func `is the container's part of all CPUs' time, times the CPUs`() {
        // Half a CPU of two for a second: the machine spent 2 s in it.
        #expect(share(500_000_000, 2_000_000_000).percent(since: share(0, 0)) == 5_000)
        #expect(share(2_000_000_000, 2_000_000_000).percent(since: share(0, 0)) == 20_000)
        #expect(share(7, 2_000_000_000).percent(since: share(7, 0)) == 0)
        #expect(share(1_234_567, 2_000_000_000).percent(since: share(0, 0)) == 12)
    }

    @Test func `is nil when a counter went back or no time passed`() {
        #expect(share(1, 200).percent(since: share(2, 100)) == nil)
        #expect(share(2, 100).percent(since: share(1, 200)) == nil)
        #expect(share(2, 100).percent(since: share(1, 100)) == nil)
    }

    @Test func `is nil past what it can say, never a trap`() {
        #expect(share(.max, 1).percent(since: share(.min, 0)) == nil)
        #expect(share(.max, .max).percent(since: share(0, .min)) == nil)
        #expect(share(.max, 1, cpus: .max).percent(since: share(0, 0)) == nil)
        #expect(share(1, 2, cpus: 0).percent(since: share(0, 0)) == nil)
    }

    @Test func `takes the machine's time from _proc_stat as the Engine does`() {
        let text = """
            cpu  1587664 9693 216161 632270 10558 1 5200 1148 99 0
            cpu0 792480 3723 105172 326038 2098 0 1078 564 0 0
            cpu1 795184 5970 110989 306232 8460 0 4122 584 0 0
            intr 1 2 3
            cpufreq 7

            """
        let bytes = Array(text.utf8)
        let system = CPUShare.System(bytes.span)
        let ticks: Int64 = 1_587_664 + 9_693 + 216_161 + 632_270 + 10_558 + 1 + 5_200
        #expect(system == CPUShare.System(time: ticks * 10_000_000, cpus: 2))
        for text in [
            "", "cpu\n", "cpu  1 2 3\n", "cpu  1 2 3 4 5 6 7 8\nintr", "cpu  -1 2 3 4 5 6 7\ncpu0\n",
        ] {
            let bytes = Array(text.utf8)
            #expect(CPUShare.System(bytes.span) == nil, "\(text)")
        }
    }
}

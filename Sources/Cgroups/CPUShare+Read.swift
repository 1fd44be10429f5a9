package import Inventory

extension CPUShare.System {
    /// Reads `/proc/stat`, as the Engine does: user to softirq, not what other machines stole (proc(5)).
    ///
    /// The file counts in hundredths of a second (USER_HZ is 100 on every Linux that runs containers).
    package init?(_ text: Span<UInt8>) {
        var place = 0
        guard KernelText.matches(Self.all, text, at: &place) else { return nil }
        var ticks: Int64? = 0
        for _ in 0..<7 {
            KernelText.skipSpaces(text, &place)
            ticks = ticks.adding(KernelText.number(text, at: &place))
        }
        KernelText.skipLine(text, &place)
        var cpus: Int64 = 0
        while KernelText.matches(Self.one, text, at: &place) {
            guard place < text.count, text[place] &- 0x30 < 10 else { break }
            cpus += 1
            KernelText.skipLine(text, &place)
        }
        guard let ticks, cpus > 0 else { return nil }
        let (time, overflow) = ticks.multipliedReportingOverflow(by: 10_000_000)
        guard !overflow else { return nil }
        self.init(time: time, cpus: cpus)
    }

    private static let all = Array("cpu ".utf8)
    private static let one = Array("cpu".utf8)
}

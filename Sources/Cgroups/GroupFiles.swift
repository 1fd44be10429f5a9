internal import Inventory

/// What the files of a control group say, each by its own format (cgroups(7), the kernel's cgroup-v1 and cgroup-v2 documents).
package enum GroupFiles {
    /// What is read and written on block devices, in bytes.
    package struct Transfers: Hashable, Sendable {
        package var read: Int64?
        package var written: Int64?
        /// Whether the file named any device at all.
        package var isEmpty = true
    }

    /// `cpuacct.usage` of version 1, in nanoseconds.
    package static func cpuTime1(_ text: Span<UInt8>) -> Int64? {
        KernelText.wholeNumber(text)
    }

    /// `cpu.stat` of version 2, in nanoseconds.
    package static func cpuTime2(_ text: Span<UInt8>) -> Int64? {
        guard let microseconds = KernelText.value(of: usage, in: text) else { return nil }
        let (nanoseconds, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? nil : nanoseconds
    }

    /// `memory.usage_in_bytes`, `memory.current` or `pids.current`.
    package static func number(_ text: Span<UInt8>) -> Int64? {
        KernelText.wholeNumber(text)
    }

    /// `memory.limit_in_bytes` or `memory.max`; 0 = unlimited, which is `max` in version 2 and close to 2^63 in version 1.
    package static func limit(_ text: Span<UInt8>) -> Int64? {
        var place = 0
        if KernelText.matches(max, text, at: &place) { return 0 }
        return KernelText.wholeNumber(text).map { $0 >= unlimited ? 0 : $0 }
    }

    /// The memory in use without the cache that the kernel can take back, with `memory.stat`.
    package static func memory(usage: Int64, stat text: Span<UInt8>) -> Int64 {
        ContainerStats.memory(
            usage: usage, totalInactive: KernelText.value(of: totalInactive, in: text),
            inactive: KernelText.value(of: inactive, in: text))
    }

    /// `blkio.….io_service_bytes` of version 1: lines such as `8:0 Read 4096`, summed over devices.
    package static func transfers1(_ text: Span<UInt8>) -> Transfers {
        var sums = Transfers(read: 0, written: 0)
        var place = 0
        while place < text.count {
            KernelText.skipWord(text, &place)
            KernelText.skipSpaces(text, &place)
            let isRead = KernelText.matches(reads, text, at: &place)
            if isRead || KernelText.matches(writes, text, at: &place) {
                if isRead {
                    sums.read = sums.read.adding(KernelText.number(text, at: &place))
                } else {
                    sums.written = sums.written.adding(KernelText.number(text, at: &place))
                }
                sums.isEmpty = false
            }
            KernelText.skipLine(text, &place)
        }
        return sums
    }

    /// `io.stat` of version 2: lines such as `8:0 rbytes=4096 wbytes=0 rios=1 …`, summed over devices.
    package static func transfers2(_ text: Span<UInt8>) -> Transfers {
        var sums = Transfers(read: 0, written: 0)
        var place = 0
        while place < text.count {
            if text[place] == KernelText.newline || text[place] == KernelText.space {
                place += 1
            } else if KernelText.matches(readBytes, text, at: &place) {
                sums.read = sums.read.adding(KernelText.number(text, at: &place))
                sums.isEmpty = false
            } else if KernelText.matches(writtenBytes, text, at: &place) {
                sums.written = sums.written.adding(KernelText.number(text, at: &place))
            } else {
                KernelText.skipWord(text, &place)
            }
        }
        return sums
    }

    private static let unlimited: Int64 = 1 << 62
    private static let usage = Array("usage_usec".utf8)
    private static let max = Array("max".utf8)
    private static let totalInactive = Array("total_inactive_file".utf8)
    private static let inactive = Array("inactive_file".utf8)
    private static let reads = Array("Read ".utf8)
    private static let writes = Array("Write ".utf8)
    private static let readBytes = Array("rbytes=".utf8)
    private static let writtenBytes = Array("wbytes=".utf8)
}

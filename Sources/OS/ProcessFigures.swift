internal import Glibc

/// What this process has used so far, and has open: the `process_` metrics that every exporter has (requirement C7).
package struct ProcessFigures: Hashable, Sendable {
    /// CPU time in user and kernel mode, in seconds.
    package let cpuSeconds: Double
    /// Bytes in memory.
    package let resident: Int64
    /// Bytes of address space.
    package let virtual: Int64
    /// Descriptors that are open.
    package let openDescriptors: Int64
    /// Descriptors that may be open.
    package let descriptorLimit: Int64
    /// When the process began, in seconds since 1970.
    package let started: Double

    /// Reads the figures of this process (proc_pid_stat(5), proc_stat(5)); nil when /proc can't be read.
    package static func current() -> ProcessFigures? {
        guard let own = try? readFile("/proc/self/stat", limit: 4_096),
            let system = try? readFile("/proc/stat", limit: 4 << 20), let open = countDescriptors()
        else { return nil }
        var limit = rlimit()
        let known = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return ProcessFigures(
            own: String(decoding: own, as: UTF8.self), system: String(decoding: system, as: UTF8.self),
            ticks: Double(max(1, sysconf(Int32(_SC_CLK_TCK)))),
            page: Int64(max(1, sysconf(Int32(_SC_PAGESIZE)))),
            openDescriptors: open, descriptorLimit: known ? Int64(clamping: limit.rlim_cur) : 0)
    }

    /// Reads the texts of the two files.
    package init?(
        own: String, system: String, ticks: Double, page: Int64, openDescriptors: Int64,
        descriptorLimit: Int64
    ) {
        // The program's name stands in parentheses and may hold anything; the rest follows its last one.
        guard let end = own.lastIndex(of: ")") else { return nil }
        let fields = own[own.index(after: end)...].split(separator: " ")
        // Counted from field 3 of proc_pid_stat(5): 14 utime, 15 stime, 22 starttime, 23 vsize, 24 rss.
        guard fields.count > 21, let user = Double(fields[11]), let kernel = Double(fields[12]),
            let start = Double(fields[19]), let virtual = Int64(fields[20]), let pages = Int64(fields[21]),
            let boot = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let booted = Double(boot.dropFirst(6))
        else { return nil }
        cpuSeconds = (user + kernel) / ticks
        resident = pages.multipliedReportingOverflow(by: page).partialValue
        self.virtual = virtual
        self.openDescriptors = openDescriptors
        self.descriptorLimit = descriptorLimit
        started = booted + start / ticks
    }

    /// Entries of /proc/self/fd, without the one that reads it.
    private static func countDescriptors() -> Int64? {
        guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(folder) }
        var count: Int64 = 0
        while let entry = unsafe readdir(folder) {
            if unsafe entry.pointee.d_name.0 != 0x2E { count += 1 }
        }
        return count - 1
    }
}

internal import CSystem

/// How much memory this process, or another one, has in use.
package struct ProcessMemory: Hashable, Sendable {
    /// Bytes in memory, shared pages included (`VmRSS`, proc(5)).
    package let resident: Int64
    /// Bytes in memory that belong to nothing but this process (`RssAnon`).
    package let anonymous: Int64
    /// The highest that `resident` ever was (`VmHWM`).
    package let peak: Int64

    /// Reads the figures of this process.
    package static func current() throws(FileError) -> ProcessMemory {
        try of(path: "/proc/self/status")
    }

    /// Reads the figures of another process.
    package static func of(_ process: Int32) throws(FileError) -> ProcessMemory {
        try of(path: "/proc/\(process)/status")
    }

    /// Bytes that this process may have: the machine's memory, or less when its control group is limited (cgroups(7)).
    package static func limit() -> Int64? {
        let machine = bayplan_machine_memory()
        guard machine > 0 else { return nil }
        let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap {
            path in
            (try? readFile(path, limit: 64)).flatMap { bytes in
                Int64(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
            }
        }
        return ([machine] + limits.filter { $0 > 0 }).min()
    }

    private static func of(path: String) throws(FileError) -> ProcessMemory {
        let text = String(decoding: try readFile(path, limit: 65_536), as: UTF8.self)
        func bytes(_ key: String) -> Int64 {
            let line = text.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
            return 1_024 * (Int64(line.filter { ("0"..."9").contains($0) }) ?? 0)
        }
        return ProcessMemory(resident: bytes("VmRSS:"), anonymous: bytes("RssAnon:"), peak: bytes("VmHWM:"))
    }
}

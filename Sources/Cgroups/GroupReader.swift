package import Inventory
internal import OS

/// Reads what containers use from the kernel's files: no Engine is asked, and reading 300 takes some milliseconds.
///
/// Control groups of version 1 and 2, `/proc/PID/net/dev` for the network, `/proc/stat` for the CPUs' time. Nothing
/// that a file holds, and no file that vanishes or can't be read, is more than a nil in the sample.
///
///     var reader = GroupReader()
///     reader.beginSweep(now: BootClock.now.milliseconds)
///     let sample = reader.read(GroupReader.Subject(id: id, pid: pid, startedAt: startedAt))
package struct GroupReader: ~Copyable {
    /// One run of a container that is to be read.
    package struct Subject: Hashable, Sendable {
        package var id: ContainerID
        /// Its first process on the host, as the Engine says; 0 = unknown.
        package var pid: Int64
        /// When it was started, in ms since 1970; another time means that all counters began anew.
        package var startedAt: Int64
        /// Whether its network namespace is its own, and not the host's or another container's.
        package var hasOwnNetwork: Bool

        package init(id: ContainerID, pid: Int64, startedAt: Int64 = 0, hasOwnNetwork: Bool = true) {
            self.id = id
            self.pid = pid
            self.startedAt = startedAt
            self.hasOwnNetwork = hasOwnNetwork
        }
    }

    /// Where one container's numbers stand: a folder for each controller, as bytes with a slash at the end.
    private struct Place {
        var subject: Subject
        var cpu: [UInt8]
        var memory: [UInt8]
        var pids: [UInt8]
        var blocks: [UInt8]
    }

    /// How long at least between two looks through the whole tree, in ms.
    private static let treePause: Int64 = 10_000
    private static let controllers = ["cpuacct", "memory", "pids", "blkio"]

    private let root: String
    private let proc: String
    private var version: CgroupVersion?
    private var buffer = ReadBuffer()
    private var places: [ContainerID: Place] = [:]
    private var trees: [GroupTree]?
    /// Whether the disk's scheduler counts what groups move; nil before the first look.
    private var schedulerCounts: Bool?
    private var now: Int64 = 0
    private var looked: Int64?

    /// Prepares; nothing is read yet.
    ///
    /// - Parameters:
    ///   - root: Where the host's control groups are mounted.
    ///   - proc: Where the host's `/proc` is.
    package init(root: String = "/sys/fs/cgroup", proc: String = "/proc") {
        self.root = root
        self.proc = proc
    }

    /// Which version is mounted; nil while none is.
    package var mounted: CgroupVersion? { version }

    /// Begins a sweep: `now` is in ms of any clock that never goes back.
    package mutating func beginSweep(now: Int64) {
        self.now = now
        if version == nil { version = CgroupVersion(mountedAt: root) }
    }

    /// Ends a sweep: forgets where those were that are not among `subjects` any more.
    package mutating func endSweep(keeping ids: Set<ContainerID>) {
        trees = nil
        if places.count > ids.count { places = places.filter { ids.contains($0.key) } }
    }

    /// The time that the machine's CPUs have spent; nil when `/proc/stat` can't be read.
    package mutating func system() -> CPUShare.System? {
        let answer = try? buffer.read("/stat", in: Array(proc.utf8), cuts: true) { CPUShare.System($0) }
        return answer ?? nil
    }

    /// What a container uses, without the CPU share; nil when its group can't be found or read.
    package mutating func read(_ subject: Subject) -> ContainerStats? {
        guard let version else { return nil }
        let known = places[subject.id].flatMap { $0.subject == subject ? $0 : nil }
        guard let place = known ?? found(subject, version) else { return nil }
        var sample = ContainerStats()
        switch version {
        case .v1: read1(place, into: &sample)
        case .v2: read2(place, into: &sample)
        }
        guard sample.cpuTime != nil || sample.memory != nil else {
            // It ended, or began anew elsewhere: look for it again.
            places[subject.id] = nil
            return nil
        }
        if known == nil { places[subject.id] = place }
        if subject.hasOwnNetwork, let totals = network(of: subject, version) {
            sample.received = totals.received
            sample.sent = totals.sent
        }
        return sample
    }
}

extension GroupReader {
    private mutating func read1(_ place: Place, into sample: inout ContainerStats) {
        sample.cpuTime = number("cpuacct.usage", place.cpu, GroupFiles.cpuTime1)
        sample.memory = memory("memory.usage_in_bytes", place.memory)
        sample.memoryLimit = number("memory.limit_in_bytes", place.memory, GroupFiles.limit) ?? 0
        sample.pids = number("pids.current", place.pids, GroupFiles.number)
        // What the disk's scheduler counts comes first, as in the Engine; few kernels have it, and then for all groups.
        if schedulerCounts != false, let own = transfers("blkio.io_service_bytes_recursive", place.blocks) {
            schedulerCounts = true
            (sample.read, sample.written) = (own.read, own.written)
            if !own.isEmpty { return }
        } else if schedulerCounts == nil {
            schedulerCounts = false
        }
        let all =
            transfers("blkio.throttle.io_service_bytes_recursive", place.blocks)
            ?? transfers("blkio.throttle.io_service_bytes", place.blocks)
        guard let all else { return }
        (sample.read, sample.written) = (all.read, all.written)
    }

    private mutating func transfers(_ name: StaticString, _ folder: [UInt8]) -> GroupFiles.Transfers? {
        try? buffer.read(name, in: folder) { GroupFiles.transfers1($0) }
    }

    private mutating func read2(_ place: Place, into sample: inout ContainerStats) {
        sample.cpuTime = number("cpu.stat", place.cpu, GroupFiles.cpuTime2)
        sample.memory = memory("memory.current", place.memory)
        sample.memoryLimit = number("memory.max", place.memory, GroupFiles.limit) ?? 0
        sample.pids = number("pids.current", place.pids, GroupFiles.number)
        let read = try? buffer.read("io.stat", in: place.blocks) { GroupFiles.transfers2($0) }
        sample.read = read?.read
        sample.written = read?.written
    }

    private mutating func number(
        _ name: StaticString, _ folder: [UInt8], _ parse: (Span<UInt8>) -> Int64?
    ) -> Int64? {
        let answer = try? buffer.read(name, in: folder, parse)
        return answer ?? nil
    }

    private mutating func memory(_ name: StaticString, _ folder: [UInt8]) -> Int64? {
        guard let usage = number(name, folder, GroupFiles.number) else { return nil }
        return try? buffer.read("memory.stat", in: folder) { GroupFiles.memory(usage: usage, stat: $0) }
    }

    /// Reads the network of the process, if that is still the container's.
    ///
    /// Both files are read through one open folder, which stays that process's when its number goes to another one.
    private mutating func network(of subject: Subject, _ version: CgroupVersion) -> NetworkTotals? {
        guard subject.pid > 0, let process = try? openFolder("\(proc)/\(subject.pid)"),
            isProcess(process, of: subject.id)
        else { return nil }
        let totals = try? buffer.read("net/dev", of: process.number) { NetworkTotals($0) }
        return totals ?? nil
    }

    /// Whether the control groups of a process are the container's.
    private mutating func isProcess(_ process: borrowing Descriptor, of id: ContainerID) -> Bool {
        let digits = id.hexadecimal
        let answer = try? buffer.read("cgroup", of: process.number) { KernelText.contains(digits, in: $0) }
        return answer ?? false
    }

    /// Finds the folders of a container by its process, and if that leads nowhere by looking through the tree.
    private mutating func found(_ subject: Subject, _ version: CgroupVersion) -> Place? {
        let names = version == .v2 ? [""] : Self.controllers
        var folders = byProcess(subject, names)
        if folders.allSatisfy(\.isEmpty) { folders = byTree(subject.id, names) }
        guard folders.contains(where: { !$0.isEmpty }) else { return nil }
        if version == .v2 { folders = Array(repeating: folders[0], count: 4) }
        return Place(
            subject: subject, cpu: folders[0], memory: folders[1], pids: folders[2], blocks: folders[3])
    }

    private mutating func byProcess(_ subject: Subject, _ names: [String]) -> [[UInt8]] {
        guard subject.pid > 0 else { return names.map { _ in [] } }
        let folder = Array("\(proc)/\(subject.pid)/".utf8)
        let read = try? buffer.read("cgroup", in: folder) { KernelText.string($0) }
        guard let text = read else { return names.map { _ in [] } }
        return names.map { name in
            guard let own = GroupPath.own(of: name[...], in: text, id: subject.id) else { return [] }
            for mount in name.isEmpty ? [""] : ["/\(name)", "/\(own.hierarchy)"] {
                let path = root + mount + own.path
                if isDirectory(path) { return Array("\(path)/".utf8) }
            }
            return []
        }
    }

    private mutating func byTree(_ id: ContainerID, _ names: [String]) -> [[UInt8]] {
        let mounts = names.map { $0.isEmpty ? root : "\(root)/\($0)" }
        if trees == nil {
            if let looked, now - looked < Self.treePause { return names.map { _ in [] } }
            looked = now
            trees = mounts.map { GroupTree(below: $0) }
        }
        return zip(mounts, trees ?? []).map { mount, tree in
            tree.paths[id].map { Array("\(mount)\($0)/".utf8) } ?? []
        }
    }
}

package import Inventory
import JSON

extension SimulatedContainer {
    /// What it uses at a time, in nanoseconds since 1970; nil when it doesn't run.
    ///
    /// Everything follows from the id and from how long it runs: a share of a CPU that is low for half a minute and high for
    /// the next, memory that fills and is let go of, steady traffic. Counters only grow until the container is started anew.
    package func use(at now: Int64) -> ContainerStats? {
        guard isLive, startedAt > 0, pid > 0 else { return nil }
        let seconds = Double(max(0, now - startedAt)) / 1e9
        let seed = id.words.0
        var use = ContainerStats()
        use.cpuTime = Self.whole(Self.busy(seconds) * Double(seed % 400) * 1e6)
        use.memoryLimit = spec.memoryLimit
        let most = spec.memoryLimit > 0 ? Double(spec.memoryLimit) * 0.9 : 512 * 1_048_576
        let filled = seconds.truncatingRemainder(dividingBy: 600) / 600
        use.memory = Self.whole(most * (0.1 + 0.4 * Double(seed >> 16 % 1_000) / 1_000 + 0.4 * filled))
        use.pids = 1 + Int64(seed >> 32 % 24)
        if hasOwnNetwork {
            use.received = Self.whole(seconds * Double(seed >> 40 % 50_000))
            use.sent = Self.whole(seconds * Double(seed >> 44 % 30_000))
        }
        use.read = Self.whole(seconds * Double(seed >> 48 % 8_192))
        use.written = Self.whole(seconds * Double(seed >> 52 % 4_096))
        return use
    }

    /// CPU time of all of a simulated machine's CPUs, idle ones included.
    package static func system(at now: Int64, cpus: Int) -> CPUShare.System {
        // Since 2000, so that it fits for many CPUs.
        let since = max(0, now > 946_684_800_000_000_000 ? now - 946_684_800_000_000_000 : now)
        let (time, overflow) = since.multipliedReportingOverflow(by: Int64(cpus))
        return CPUShare.System(time: overflow ? .max : time, cpus: Int64(cpus))
    }

    private var hasOwnNetwork: Bool {
        spec.networkMode != "host" && !spec.networkMode.hasPrefix("container:")
    }

    /// How many seconds of work come to pass in so many: half as many in the first half of each minute, half more in the rest.
    private static func busy(_ seconds: Double) -> Double {
        let rest = seconds.truncatingRemainder(dividingBy: 60)
        return seconds - rest + (rest < 30 ? rest * 0.5 : 15 + (rest - 30) * 1.5)
    }

    private static func whole(_ number: Double) -> Int64 {
        number < 9e18 ? Int64(max(0, number)) : .max
    }

    /// Writes the answer of `GET /containers/{id}/stats`; the machine's memory stands for no limit, as in the Engine's.
    func writeUse(to writer: inout JSONWriter, at now: Int64, isOneShot: Bool, on machine: EngineFacts) {
        let use = use(at: now)
        let cache: Int64 = 1 << 20
        writer.object { writer in
            writer.member("read", EngineTime.text(use == nil ? 0 : now))
            writer.member("preread", EngineTime.text(isOneShot || use == nil ? 0 : now - 1_000_000_000))
            writer.object("pids_stats") { writer in
                if let pids = use?.pids { writer.member("current", pids) }
            }
            writer.object("blkio_stats") { writer in
                guard let use else { return }
                writer.array("io_service_bytes_recursive") { writer in
                    for (verb, value) in [("Read", use.read), ("Write", use.written)] {
                        writer.object { writer in
                            writer.member("major", 8)
                            writer.member("minor", 0)
                            writer.member("op", verb)
                            writer.member("value", value ?? 0)
                        }
                    }
                }
            }
            Self.write("cpu_stats", use, at: now, on: machine, to: &writer)
            Self.write(
                "precpu_stats", isOneShot ? nil : self.use(at: now - 1_000_000_000), at: now - 1_000_000_000,
                on: machine, to: &writer)
            writer.object("memory_stats") { writer in
                guard let memory = use?.memory else { return }
                writer.member("usage", memory + cache)
                writer.member("max_usage", memory + cache)
                writer.object("stats") { writer in writer.member("total_inactive_file", cache) }
                writer.member("limit", spec.memoryLimit > 0 ? spec.memoryLimit : machine.memory)
            }
            writer.member("name", "/\(name)")
            writer.member("id", id.description)
            if let received = use?.received, let sent = use?.sent, spec.networkMode != "none" {
                writer.object("networks") { writer in
                    writer.object("eth0") { writer in
                        writer.member("rx_bytes", received)
                        writer.member("tx_bytes", sent)
                    }
                }
            }
        }
        writer.newline()
    }

    private static func write(
        _ key: StaticString, _ use: ContainerStats?, at now: Int64, on machine: EngineFacts,
        to writer: inout JSONWriter
    ) {
        writer.object(key) { writer in
            writer.object("cpu_usage") { writer in writer.member("total_usage", use?.cpuTime ?? 0) }
            guard use != nil else { return }
            writer.member("system_cpu_usage", system(at: now, cpus: machine.processors).time)
            writer.member("online_cpus", machine.processors)
        }
    }
}

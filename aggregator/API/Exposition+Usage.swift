import Fleet
import Inventory
import Metrics
import OS

extension Exposition {
    /// One container of the page, with its labels and what it used last.
    typealias Used = (sample: ContainerStats, labels: [Label])

    /// What containers use, by cAdvisor's names; of those that have a sample that isn't too old.
    mutating func usage(_ all: [Used]) {
        seconds(
            all, "container_cpu_usage_seconds_total", "CPU time used since the container's start.", \.cpuTime)
        bytes(
            all, "container_memory_working_set_bytes", .gauge,
            "Memory without the file cache that the kernel can take back, as docker stats shows it.", \.memory
        )
        bytes(
            all, "container_spec_memory_limit_bytes", .gauge, "The most memory it may use; 0 = unlimited.",
            \.memoryLimit)
        bytes(
            all, "container_network_receive_bytes_total", .counter,
            "Bytes received on all interfaces but loopback.",
            \.received)
        bytes(
            all, "container_network_transmit_bytes_total", .counter,
            "Bytes sent on all interfaces but loopback.", \.sent)
        bytes(all, "container_fs_reads_bytes_total", .counter, "Bytes read from block devices.", \.read)
        bytes(all, "container_fs_writes_bytes_total", .counter, "Bytes written to block devices.", \.written)
        bytes(all, "container_processes", .gauge, "Processes and threads in the container.", \.pids)
    }

    private mutating func bytes(
        _ all: [Used], _ name: StaticString, _ kind: MetricKind, _ help: String,
        _ value: (ContainerStats) -> Int64?
    ) {
        family(name, kind, help) { family in
            for (sample, labels) in all {
                if let value = value(sample) { family.sample(value, labels) }
            }
        }
    }

    private mutating func seconds(
        _ all: [Used], _ name: StaticString, _ help: String, _ nanoseconds: (ContainerStats) -> Int64?
    ) {
        family(name, .counter, help) { family in
            for (sample, labels) in all {
                if let value = nanoseconds(sample) { family.sample(decimal: Double(value) / 1e9, labels) }
            }
        }
    }
}

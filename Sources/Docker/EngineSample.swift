package import Inventory
package import JSON

/// What an Engine says that a container uses (`GET /containers/{id}/stats`), in the terms of `docker stats`.
package struct EngineSample: Hashable, Sendable {
    /// Everything but the CPU share, which follows from two samples.
    package var stats = ContainerStats()
    /// The CPU time with the machine's own beside it, of the same instant; nil when the Engine doesn't say both.
    package var share: CPUShare?

    /// Decodes the Engine's answer; a number that doesn't fit is left out.
    ///
    /// - Parameters:
    ///   - bytes: The answer, one JSON object.
    ///   - machineMemory: All memory of the machine: the Engine gives that as the limit where there is none.
    /// - Throws: `JSONError` when it is not JSON or of another shape.
    package init(parsing bytes: [UInt8], machineMemory: Int64 = .max) throws(JSONError) {
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "cpu_stats": try readCPU(&reader)
            case "memory_stats": try readMemory(&reader, machineMemory)
            case "pids_stats":
                try Self.members(&reader) { (key, reader) throws(JSONError) in
                    switch key {
                    case "current": stats.pids = try reader.readCount()
                    default: try reader.skip()
                    }
                }
            case "blkio_stats": try readBlocks(&reader)
            case "networks": try readNetworks(&reader)
            default: try reader.skip()
            }
        }
        try reader.finish()
    }

    /// Whether it says that the container runs; of one that ended the Engine answers with empty members.
    package var isRunning: Bool { stats.cpuTime != nil && stats.memory != nil }

    private mutating func readCPU(_ reader: inout JSONReader) throws(JSONError) {
        var (system, cpus): (Int64?, Int64?) = (nil, nil)
        var (used, listed): (Int64?, Int64) = (nil, 0)
        try Self.members(&reader) { (key, reader) throws(JSONError) in
            switch key {
            case "system_cpu_usage": system = try reader.readCount()
            case "online_cpus": cpus = try reader.readCount()
            case "cpu_usage":
                try Self.members(&reader) { (key, reader) throws(JSONError) in
                    switch key {
                    case "total_usage": used = try reader.readCount()
                    case "percpu_usage":
                        guard try reader.beginArrayUnlessNull() else { return }
                        while try reader.nextElement() {
                            try reader.skip()
                            listed += 1
                        }
                    default: try reader.skip()
                    }
                }
            default: try reader.skip()
            }
        }
        guard let used, let system else { return }
        stats.cpuTime = used
        let count = cpus.flatMap { $0 > 0 ? $0 : nil } ?? listed
        share = CPUShare(used: used, system: CPUShare.System(time: system, cpus: count))
    }

    private mutating func readMemory(_ reader: inout JSONReader, _ machineMemory: Int64) throws(JSONError) {
        var (usage, limit): (Int64?, Int64?) = (nil, nil)
        var (totalInactive, inactive): (Int64?, Int64?) = (nil, nil)
        try Self.members(&reader) { (key, reader) throws(JSONError) in
            switch key {
            case "usage": usage = try reader.readCount()
            case "limit": limit = try reader.readCount()
            case "stats":
                try Self.members(&reader) { (key, reader) throws(JSONError) in
                    switch key {
                    case "total_inactive_file": totalInactive = try reader.readCount()
                    case "inactive_file": inactive = try reader.readCount()
                    default: try reader.skip()
                    }
                }
            default: try reader.skip()
            }
        }
        guard let usage else { return }
        stats.memory = ContainerStats.memory(usage: usage, totalInactive: totalInactive, inactive: inactive)
        if let limit, limit < machineMemory { stats.memoryLimit = limit }
    }

    private mutating func readBlocks(_ reader: inout JSONReader) throws(JSONError) {
        var (read, written): (Int64?, Int64?) = (0, 0)
        try Self.members(&reader) { (key, reader) throws(JSONError) in
            guard "io_service_bytes_recursive" ~= key else { return try reader.skip() }
            guard try reader.beginArrayUnlessNull() else { return }
            while try reader.nextElement() {
                var (verb, value): (UInt8?, Int64?) = (nil, nil)
                try Self.members(&reader) { (key, reader) throws(JSONError) in
                    switch key {
                    case "op": verb = try reader.readUTF8().first
                    case "value": value = try reader.readCount()
                    default: try reader.skip()
                    }
                }
                switch verb {
                case UInt8(ascii: "R"), UInt8(ascii: "r"): read = read.adding(value)
                case UInt8(ascii: "W"), UInt8(ascii: "w"): written = written.adding(value)
                default: break
                }
            }
        }
        stats.read = read
        stats.written = written
    }

    private mutating func readNetworks(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.beginObjectUnlessNull() else { return }
        var (received, sent): (Int64?, Int64?) = (0, 0)
        while try reader.nextKey() != nil {
            try Self.members(&reader) { (key, reader) throws(JSONError) in
                switch key {
                case "rx_bytes": received = received.adding(try reader.readCount())
                case "tx_bytes": sent = sent.adding(try reader.readCount())
                default: try reader.skip()
                }
            }
        }
        stats.received = received
        stats.sent = sent
    }

    /// Gives each member of an object to `take`, which must read its value; null has none.
    private static func members(
        _ reader: inout JSONReader, _ take: (JSONKey, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try reader.beginObjectUnlessNull() else { return }
        while let key = try reader.nextKey() { try take(key, &reader) }
    }
}

extension JSONReader {
    /// Reads a counter; nil when it is null, negative, no integer, or doesn't fit.
    fileprivate mutating func readCount() throws(JSONError) -> Int64? {
        guard try peek() == .number else {
            try skip()
            return nil
        }
        let text = try readRaw()
        guard let number = Int64(String(decoding: text, as: UTF8.self)), number >= 0 else { return nil }
        return number
    }
}

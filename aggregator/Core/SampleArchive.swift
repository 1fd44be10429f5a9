package import Fleet
import Inventory

/// The last samples of a host as bytes for the database: a version, then one sample after the other.
///
/// Each is the container's id, its age in ms when it was stored, and its numbers plus one, 0 for what is not known;
/// numbers are LEB128. About 60 bytes a container.
package enum SampleArchive {
    private static let version: UInt8 = 1
    /// Samples of one host that are kept at most: about half a megabyte.
    private static let most = 8_192

    /// Writes samples down; `now` is on the clock that they were taken by.
    package static func encoded(_ samples: [StatsSample], now: Int64) -> [UInt8] {
        var bytes: [UInt8] = [version]
        bytes.reserveCapacity(1 + min(samples.count, most) * 64)
        for sample in samples.prefix(most) {
            bytes += sample.id.bytes
            let stats = sample.stats
            append(UInt64(max(0, now - sample.at)), to: &bytes)
            for number in [
                stats.cpu, stats.cpuTime, stats.memory, stats.memoryLimit, stats.pids, stats.received,
                stats.sent,
                stats.read, stats.written,
            ] {
                append(number.map { UInt64(max(0, $0)) + 1 } ?? 0, to: &bytes)
            }
        }
        return bytes
    }

    /// Reads samples back; what is no archive, or cut off, gives those that are whole.
    ///
    /// - Parameters:
    ///   - bytes: What was stored.
    ///   - elapsed: Milliseconds since it was stored.
    ///   - now: The present on the clock that the samples shall be dated by.
    /// - Returns: The samples, dated by that clock.
    package static func samples(_ bytes: [UInt8], elapsed: Int64, now: Int64) -> [StatsSample] {
        var samples: [StatsSample] = []
        guard bytes.first == version else { return samples }
        var place = 1
        while samples.count < most, place + 32 <= bytes.count,
            let id = ContainerID(bytes: bytes[place..<place + 32])
        {
            place += 32
            var numbers: [Int64?] = []
            guard let age = number(bytes, &place), age < 1 << 53 else { return samples }
            while numbers.count < 9 {
                guard let number = number(bytes, &place), number <= UInt64(Int64.max) else { return samples }
                numbers.append(number == 0 ? nil : Int64(number - 1))
            }
            var stats = ContainerStats()
            stats.cpu = numbers[0]
            stats.cpuTime = numbers[1]
            stats.memory = numbers[2]
            stats.memoryLimit = numbers[3] ?? 0
            stats.pids = numbers[4]
            stats.received = numbers[5]
            stats.sent = numbers[6]
            stats.read = numbers[7]
            stats.written = numbers[8]
            let at = now - Int64(age) - min(max(0, elapsed), 1 << 53)
            samples.append(StatsSample(id: id, stats: stats, at: at))
        }
        return samples
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func number(_ bytes: [UInt8], _ place: inout Int) -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return number }
            shift += 7
        }
        return nil
    }
}

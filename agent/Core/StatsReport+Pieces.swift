package import Wire

extension StatsReport {
    /// How many samples a frame holds: one takes at most 360 bytes, a frame 256 KiB.
    private static let sampleLimit = 700

    /// Cuts what one sweep gave into frames.
    ///
    /// - Parameters:
    ///   - samples: The sweep; none gives no frame.
    ///   - now: The wall clock, in ms since 1970.
    ///   - at: When it was measured.
    ///   - interval: Milliseconds until the next one; 0 = not known.
    /// - Returns: The frames, in order; all but the last say that more follow.
    package static func pieces(
        of samples: [Sample], now: Int64, at: Int64, interval: Int64
    ) -> [StatsReport] {
        stride(from: 0, to: samples.count, by: sampleLimit).map { start in
            let end = min(start + sampleLimit, samples.count)
            return StatsReport(
                now: now, at: at, interval: interval, more: end < samples.count,
                samples: Array(samples[start..<end]))
        }
    }
}

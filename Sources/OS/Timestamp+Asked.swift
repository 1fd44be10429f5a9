extension Timestamp {
    /// Reads a time as `docker events --since` takes it; nil when it is none.
    ///
    /// As the Engine's client does (moby, api/types/time): a Go duration such as `10m` or `1h30m` back from `now`;
    /// seconds since 1970, with a fraction or not; or RFC 3339 text of which the seconds, the minutes, the time and the
    /// zone may be missing. Without a zone the time is the reader's own.
    ///
    /// - Parameters:
    ///   - text: What was given.
    ///   - now: The present.
    ///   - offset: How many seconds east of UTC the reader's clock is when it shows the given seconds since 1970.
    package init?(asked text: String, now: Timestamp, offset: (Int64) -> Int64) {
        guard !text.isEmpty, text.utf8.count <= 64 else { return nil }
        if text != "0", let back = Self.goDuration(text) {
            self = now.advanced(byNanoseconds: -back)
        } else if let unix = Self.unix(text) {
            self = unix
        } else if let civil = Self.civil(text) {
            guard let time = Timestamp(rfc3339: civil.text) else { return nil }
            let shift = civil.isLocal ? offset(time.seconds) : 0
            self.init(seconds: time.seconds - shift, nanoseconds: time.nanoseconds)
        } else {
            return nil
        }
    }

    /// Nanoseconds since 1970, as far as they can be told in 64 bits (years 1678 to 2262).
    package var saturatedNanoseconds: Int64 {
        let (product, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOver2) = product.addingReportingOverflow(Int64(nanoseconds))
        return isOver || isOver2 ? (seconds < 0 ? .min : .max) : sum
    }

    /// A point so many nanoseconds since 1970.
    package init(nanosecondsSince1970 nanoseconds: Int64) {
        let rest = ((nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000
        self.init(seconds: (nanoseconds - rest) / 1_000_000_000, nanoseconds: Int32(rest))
    }

    private func advanced(byNanoseconds nanoseconds: Int64) -> Timestamp {
        let (sum, isOver) = saturatedNanoseconds.addingReportingOverflow(nanoseconds)
        return Timestamp(nanosecondsSince1970: isOver ? (nanoseconds < 0 ? -.max : .max - 1) : sum)
    }

    /// `1h30m`, `1.5s`, `-2m`; nanoseconds (Go's time.ParseDuration).
    private static func goDuration(_ text: String) -> Int64? {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if let sign = rest.first, "+-".contains(sign) { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            rest = rest.dropFirst(unit.count)
            guard digits != ".", digits.count(where: { $0 == "." }) <= 1, !digits.isEmpty,
                let number = Double("0\(digits)0"), let size = goUnits[String(unit)]
            else { return nil }
            total += (digits.contains(".") ? number : number / 10) * size
        }
        guard total < 9.2e18 else { return nil }
        return Int64(isNegative ? -total : total)
    }

    private static let goUnits: [String: Double] = [
        "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3_600e9,
    ]

    /// `1763720000` or `1763720000.123456789`.
    private static func unix(_ text: String) -> Timestamp? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let seconds = Int64(first), first.first != "+",
            seconds.magnitude < 9_000_000_000
        else { return nil }
        guard parts.count == 2 else { return Timestamp(seconds: seconds, nanoseconds: 0) }
        let fraction = parts[1]
        guard (1...9).contains(fraction.count), fraction.allSatisfy({ ("0"..."9").contains($0) }),
            let number = Int32(fraction + String(repeating: "0", count: 9 - fraction.count))
        else { return nil }
        return Timestamp(seconds: seconds, nanoseconds: number)
    }

    /// The whole of a time of which a part was given, in UTC where its zone is missing.
    private static func civil(_ text: String) -> (text: String, isLocal: Bool)? {
        let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let date = halves.first else { return nil }
        guard halves.count == 2 else {
            // `2026-11-21`, `2026-11-21Z`, `2026-11-21+01:00`.
            let day = date.prefix(10)
            let zone = date.dropFirst(10)
            return ("\(day)T00:00:00\(zone.isEmpty ? "Z" : zone)", zone.isEmpty)
        }
        let sign = halves[1].firstIndex { "Zz+-".contains($0) }
        let clock = halves[1][..<(sign ?? halves[1].endIndex)]
        let zone = sign.map { halves[1][$0...] } ?? ""
        let missing = ["", ":00", ":00:00"]
        let colons = clock.count(where: { $0 == ":" })
        guard colons <= 2, colons == 2 || !clock.contains(".") else { return nil }
        return ("\(date)T\(clock)\(missing[2 - colons])\(zone.isEmpty ? "Z" : zone)", zone.isEmpty)
    }
}

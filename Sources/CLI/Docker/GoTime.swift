import Glibc

/// A time as Go prints it in the local zone: `2026-11-20 11:04:54 +0000 UTC` (localtime_r(3)).
///
/// Milliseconds count from 1970; parts of a second are cut off, as `docker ps` has none.
package func goTime(milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
    var parts = unsafe tm()
    guard unsafe localtime_r(&seconds, &parts) != nil else { return "" }
    let offset = unsafe parts.tm_gmtoff / 60
    let zone = unsafe parts.tm_zone.map { unsafe String(cString: $0) } ?? ""
    let sign = offset < 0 ? "-" : "+"
    let shift = "\(sign)\(two(offset.magnitude / 60))\(two(offset.magnitude % 60))"
    let year = unsafe Int(parts.tm_year) + 1900
    let day = unsafe "\(year)-\(two(UInt(parts.tm_mon) + 1))-\(two(UInt(parts.tm_mday)))"
    return "\(day) \(unsafe clock(parts)) \(shift) \(zone)"
}

/// The time of day in the local zone, `11:04:54`.
func clockTime(milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var parts = unsafe tm()
    guard unsafe localtime_r(&seconds, &parts) != nil else { return "" }
    return unsafe clock(parts)
}

private func clock(_ parts: tm) -> String {
    unsafe "\(two(UInt(parts.tm_hour))):\(two(UInt(parts.tm_min))):\(two(UInt(parts.tm_sec)))"
}

private func two(_ number: UInt) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// A time as `docker events` prints it in the local zone: `2026-11-20T11:04:54.123456789+01:00`.
func goTime(nanoseconds: Int64) -> String {
    let fraction = ((nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000
    var seconds = time_t((nanoseconds - fraction) / 1_000_000_000)
    var parts = unsafe tm()
    guard unsafe localtime_r(&seconds, &parts) != nil else { return "" }
    let offset = unsafe parts.tm_gmtoff / 60
    let zone =
        offset == 0
        ? "Z" : "\(offset < 0 ? "-" : "+")\(two(offset.magnitude / 60)):\(two(offset.magnitude % 60))"
    let year = unsafe "\(Int(parts.tm_year) + 1900)"
    let digits = "\(fraction)"
    let day = unsafe "\(year)-\(two(UInt(parts.tm_mon) + 1))-\(two(UInt(parts.tm_mday)))"
    let clock = unsafe clock(parts)
    return "\(day)T\(clock).\(String(repeating: "0", count: 9 - digits.count))\(digits)\(zone)"
}

/// How many seconds east of UTC the local zone is when its clocks show so many seconds since 1970.
func zoneOffset(whenShown seconds: Int64) -> Int64 {
    func offset(_ instant: Int64) -> Int64 {
        var instant = time_t(instant)
        var parts = unsafe tm()
        guard unsafe localtime_r(&instant, &parts) != nil else { return 0 }
        return unsafe Int64(parts.tm_gmtoff)
    }
    // Near a change of the clocks the first guess is on its other side.
    return offset(seconds - offset(seconds))
}

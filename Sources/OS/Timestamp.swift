/// A point in civil time: seconds since 1970 and nanoseconds, read from and written as RFC 3339 text.
///
/// Pure arithmetic on the proleptic Gregorian calendar; no time zone data, no leap seconds (`:60` reads as the
/// second after).
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, negative before.
    package let seconds: Int64
    /// Nanoseconds after that second, 0 to 999,999,999.
    package let nanoseconds: Int32

    /// A point in time; the nanoseconds count forward, also before 1970.
    package init(seconds: Int64, nanoseconds: Int32) {
        precondition((0..<1_000_000_000).contains(nanoseconds), "nanoseconds are a part of one second")
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Milliseconds since 1970, rounded down; -62,135,596,800,000 for Docker's zero time.
    package var milliseconds: Int64 {
        seconds * 1_000 + Int64(nanoseconds / 1_000_000)
    }

    /// Whether it is the zero time with which Docker says "never".
    package var isZero: Bool { seconds == -62_135_596_800 && nanoseconds == 0 }

    /// Reads `2026-11-20T11:04:54.123456789+01:00` (RFC 3339, section 5.6); nil when it is anything else.
    ///
    /// Fractions beyond nanoseconds are cut off. `t`, `z` and a space instead of `T` are understood.
    package init?(rfc3339 text: some StringProtocol) {
        guard text.utf8.count <= 64 else { return nil }
        var reader = Digits(Array(text.utf8))
        guard
            let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("Tt "), let hour = reader.number(2), reader.take(":"),
            let minute = reader.number(2), reader.take(":"), let second = reader.number(2),
            (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year),
            hour < 24, minute < 60, second <= 60,
            let nanoseconds = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let days = Self.dayNumber(year: year, month: month, day: day)
        let local = days * 86_400 + hour * 3_600 + minute * 60 + second
        self.init(seconds: Int64(local - offset), nanoseconds: Int32(nanoseconds))
    }

    /// Writes milliseconds since 1970 as `2026-11-20T11:04:54.123Z`; for years 0 to 9999, others are cut to them.
    package static func text(milliseconds: Int64) -> String {
        let bounded = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let (day, rest) = Self.floored(Int(bounded), by: 86_400_000)
        let (year, month, dayOfMonth) = civil(dayNumber: day)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        text.append(number: year, digits: 4)
        text.append(UInt8(ascii: "-"))
        text.append(number: month, digits: 2)
        text.append(UInt8(ascii: "-"))
        text.append(number: dayOfMonth, digits: 2)
        text.append(UInt8(ascii: "T"))
        text.append(number: rest / 3_600_000, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(number: rest / 60_000 % 60, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(number: rest / 1_000 % 60, digits: 2)
        text.append(UInt8(ascii: "."))
        text.append(number: rest % 1_000, digits: 3)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// The earlier one is the smaller one.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01, by years that begin in March, so that the leap day is the last of its year.
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let (era, yearOfEra) = floored(marchYear, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(dayNumber: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floored(dayNumber + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func floored(_ number: Int, by size: Int) -> (quotient: Int, rest: Int) {
        let rest = ((number % size) + size) % size
        return ((number - rest) / size, rest)
    }
}

/// Reads a text of digits and marks from the left.
private struct Digits {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ marks: StaticString) -> Bool {
        guard position < bytes.count, marks.description.utf8.contains(bytes[position]) else { return false }
        position += 1
        return true
    }

    mutating func number(_ count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        var number = 0
        for byte in bytes[position..<position + count] {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        position += count
        return number
    }

    /// Nanoseconds; zero when there is no fraction, nil when there is a point without digits.
    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var nanoseconds = 0
        var count = 0
        while let digit = number(1) {
            if count < 9 { nanoseconds = nanoseconds * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { nanoseconds *= 10 }
        return nanoseconds
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if take("Zz") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24,
            minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 3_600 + minutes * 60)
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}

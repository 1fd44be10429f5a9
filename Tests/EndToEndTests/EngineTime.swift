/// The Engine's times: RFC 3339 with up to nine digits of a second, or the year 1 for "never".
enum EngineTime {
    /// Whole milliseconds since 1970, rounded down; 0 for "never", nil for what is not a time.
    static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") else { return nil }
        func number(_ range: Range<Int>) -> Int64? { Int64(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        if year <= 1 { return 0 }
        var position = 19
        var thousandths: Int64 = 0
        if bytes[position] == UInt8(ascii: ".") {
            let digits = bytes[(position + 1)...].prefix { (0x30...0x39).contains($0) }
            position += 1 + digits.count
            let padded = String(decoding: digits, as: UTF8.self) + "000"
            thousandths = Int64(padded.prefix(3)) ?? 0
        }
        var offset: Int64 = 0
        if position < bytes.count, bytes[position] != UInt8(ascii: "Z") {
            guard bytes.count >= position + 6, let hours = number(position + 1..<position + 3),
                let minutes = number(position + 4..<position + 6)
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[position] == UInt8(ascii: "-") ? -1 : 1)
        }
        let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset
        return (minutes * 60 + second) * 1_000 + thousandths
    }

    /// Days from 1970-01-01 in the Gregorian calendar, with the year beginning in March so that leap days come last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

import OS
import TestSupport
import Testing

@Suite struct `A timestamp` {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("2026-11-20T11:04:54.123456789Z", 1_795_172_694, 123_456_789),
        ("2026-11-20T12:04:54.5+01:00", 1_795_172_694, 500_000_000),
        ("2026-11-20T05:34:54-05:30", 1_795_172_694, 0),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
        ("2000-02-29T23:59:60Z", 951_868_800, 0),
        ("1969-12-31T23:59:59.9999999999Z", -1, 999_999_999),
        ("9999-12-31t23:59:59z", 253_402_300_799, 0),
        ("0000-03-01 00:00:00Z", -62_162_035_200, 0),
        ("2024-02-29T00:00:00.000000001+23:59", 1_709_078_460, 1),
    ])
    func `is read from RFC 3339 text`(text: String, seconds: Int64, nanoseconds: Int32) {
        #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        "", "2026", "2026-11-20", "2026-11-20T11:04:54", "2026-13-20T11:04:54Z", "2026-00-20T11:04:54Z",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-20T24:00:00Z",
        "2026-11-20T11:60:00Z", "2026-11-20T11:04:61Z", "2026-11-20T11:04:54.Z", "2026-11-20T11:04:54+1:00",
        "2026-11-20T11:04:54+24:00", "2026-11-20T11:04:54Zx", " 2026-11-20T11:04:54Z", "+026-11-20T11:04:54Z",
        "2026-11-20T11:04:54+0100", "２026-11-20T11:04:54Z",
    ])
    func `is not read from anything else`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func `is written in UTC with milliseconds`() {
        #expect(Timestamp.text(milliseconds: 1_795_172_694_123) == "2026-11-20T11:04:54.123Z")
        #expect(Timestamp.text(milliseconds: 0) == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp.text(milliseconds: -1) == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp.text(milliseconds: .max) == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp.text(milliseconds: .min) == "0000-01-01T00:00:00.000Z")
    }

    @Test func `survives the way to text and back`() throws {
        var random = SplitMix64(seed: 7)
        for _ in 0..<20_000 {
            let milliseconds = Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &random)
            let text = Timestamp.text(milliseconds: milliseconds)
            #expect(try #require(Timestamp(rfc3339: text)).milliseconds == milliseconds)
        }
    }

    @Test func `knows Docker's never`() {
        #expect(Timestamp(rfc3339: "0001-01-01T00:00:00Z")?.isZero == true)
        #expect(Timestamp(rfc3339: "0001-01-01T00:00:00.000000001Z")?.isZero == false)
    }
}

/// B15: times as `docker events --since` takes them (moby, api/types/time).
@Suite struct `A time that is asked for` {
    private static let now = Timestamp(seconds: 1_800_000_000, nanoseconds: 500)

    private static func seconds(_ text: String, zone: Int64 = 7_200) -> Double? {
        Timestamp(asked: text, now: now, offset: { _ in zone }).map {
            Double($0.seconds) + Double($0.nanoseconds) / 1e9
        }
    }

    @Test(arguments: [
        ("10m", 1_799_999_400.000_000_5), ("1h30m", 1_799_994_600.000_000_5),
        ("1.5s", 1_799_999_998.500_000_5),
        ("-10s", 1_800_000_010.000_000_5), ("250ms", 1_799_999_999.750_000_5), ("0", 0),
        ("0s", 1_800_000_000.000_000_5),
        ("1763720000", 1_763_720_000), ("1763720000.25", 1_763_720_000.25), ("-5", -5),
        ("2026-11-21T10:00:00Z", 1_795_255_200), ("2026-11-21T10:00:00.5+01:00", 1_795_251_600.5),
        ("2026-11-21T10:00:00", 1_795_248_000), ("2026-11-21T10:00", 1_795_248_000),
        ("2026-11-21T10", 1_795_248_000),
        ("2026-11-21T10:00Z", 1_795_255_200), ("2026-11-21T10-02:00", 1_795_262_400),
        ("2026-11-21", 1_795_212_000), ("2026-11-21Z", 1_795_219_200),
    ])
    func `is understood as docker understands it`(text: String, seconds: Double) {
        #expect(Self.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "x", "10", "10x", "1h2", ".", "-", "+", "m", "2026-13-01", "2026-11-21T",
        "2026-11-21T10:00:00:00", "1.2.3",
        "99999999999999999999", "9223372036854775807h", "2026-11-21T10.5", "1e9", "0x10",
    ])
    func `is refused when it is none`(text: String) {
        let isNumber = text == "10"
        #expect((Self.seconds(text) == nil) != isNumber)
    }
}

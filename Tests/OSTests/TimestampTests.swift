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

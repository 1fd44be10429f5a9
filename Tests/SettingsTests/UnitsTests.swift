import Settings
import Testing

@Suite struct `Units` {
    @Test(arguments: [
        ("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("1h30m", 5_400_000), ("7d", 604_800_000), ("0", 0),
        ("1d1h1m1s1ms", 90_061_001),
    ])
    func `of time read and write back`(text: String, milliseconds: Int64) {
        let duration = DurationText.duration(text)
        #expect(duration == .milliseconds(milliseconds))
        #expect(DurationText.text(.milliseconds(milliseconds)) == (text == "0" ? "0s" : text))
    }

    @Test(arguments: [
        "", "5", "-5s", "s", "5 s", "5sec", "30s1m", "1m1m", "1.5h", "99999999999999999999s",
        "9223372036854775807d",
    ])
    func `of time refuse what is unclear`(text: String) {
        #expect(DurationText.duration(text) == nil)
    }

    @Test(arguments: [
        ("0B", 0), ("1KiB", 1024), ("16MiB", 1 << 24), ("1GiB", 1 << 30), ("1025B", 1025), ("3TiB", 3 << 40),
    ])
    func `of size read and write back`(text: String, bytes: Int) {
        #expect(ByteCount.number(text) == bytes)
        #expect(ByteCount.text(bytes) == text)
        #expect(ByteCount.number("\(bytes)") == bytes)
    }

    @Test(arguments: ["", "MiB", "-1", "1 KiB", "1kb", "1.5MiB", "9223372036854775807KiB"])
    func `of size refuse what is unclear`(text: String) {
        #expect(ByteCount.number(text) == nil)
    }
}

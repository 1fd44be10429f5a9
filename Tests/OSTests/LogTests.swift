import JSON
import Log
import OS
import Synchronization
import TestSupport
import Testing

@Suite struct `A log` {
    let sink = MemorySink()
    let settings = LogSettings()
    var log: Log { Log(settings, to: sink, now: { 1_795_172_694_123 }) }

    /// Row B18.
    @Test func `writes a fixed message and ordered facts as text`() {
        log.with("host", "node1")(.warning, "agent cut off: too slow", ["queued": "12", "limit": "10"])
        #expect(
            sink.lines == [
                "2026-11-20T11:04:54.123Z warning agent cut off: too slow host=node1 queued=12 limit=10"
            ])
    }

    /// Row B18.
    @Test func `writes JSON lines that a strict reader accepts`() throws {
        log(.error, "failed", ["time": "x", "a": "1\n\u{202e}\"", "a": "2"])
        let line = try #require(sink.records.first).line(as: .json)
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"time":"2026-11-20T11:04:54.123Z","level":"error","message":"failed","time_":"x","a":"2"}"#
                + "\n")
        var reader = JSONReader(line)
        try reader.skip()
        try reader.finish()
    }

    /// Row B18: without a restart.
    @Test func `changes level and format while it runs`() {
        let seen = Mutex<[Log.Format]>([])
        struct FormatSink: LogSink {
            let note: @Sendable (Log.Format) -> Void
            func write(_ record: LogRecord, as format: Log.Format) { note(format) }
        }
        let log = Log(settings, to: FormatSink { format in seen.withLock { $0.append(format) } }).with(
            "a", "b")
        log(.debug, "unseen")
        log(.info, "seen")
        settings.change(level: .debug, format: .json)
        log(.debug, "seen now")
        settings.change(level: .error, format: .json)
        log(.warning, "unseen again")
        #expect(seen.withLock { $0 } == [.text, .json])
    }

    @Test func `does not work out what is not written`() {
        var worked = 0
        func costly() -> String {
            worked += 1
            return "x"
        }
        log(.debug, "quiet", ["x": costly()])
        #expect(worked == 0)
        #expect(!log.isOn(.debug) && log.isOn(.info))
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("a b", "\"a b\""), ("a=b", "\"a=b\""),
        ("a\"b\\", "\"a\\\"b\\\\\""),
        ("a\nb\r\t", "\"a\\nb\\r\\t\""), ("\u{1b}[31m", "\"\\u{1b}[31m\""), ("\u{202e}x", "\"\\u{202e}x\""),
        ("\0", "\"\\u{0}\""), ("\u{9b}", "\"\\u{9b}\""), ("\u{2028}", "\"\\u{2028}\""), ("é–日本", "é–日本"),
        ("\u{200b}\u{feff}", "\"\\u{200b}\\u{feff}\""), ("a\u{301}", "a\u{301}"),
    ])
    func `lets no value start a line or steer a terminal`(value: String, shown: String) {
        log(.info, "m", ["k": value])
        #expect(sink.lines == ["2026-11-20T11:04:54.123Z info m k=\(shown)"])
    }

    @Test func `cuts a long value and says by how much`() throws {
        log(
            .info, "m",
            ["k": String(repeating: "é", count: 5_000), "l": "x" + String(repeating: "é", count: 5_000)])
        let record = try #require(sink.records.first)
        #expect(record["k"]?.hasSuffix("é… (5904 bytes more)") == true)
        #expect(record["l"]?.hasSuffix("é… (5906 bytes more)") == true)
    }

    @Test func `keeps the level's order and names`() {
        #expect(Log.Level.allCases.sorted() == [.debug, .info, .warning, .error])
        #expect(Log.Level(rawValue: "warning") == .warning)
        #expect(Log.Format(rawValue: "json") == .json)
    }

    /// Row B18: logging must never stop the program.
    @Test func `drops lines while nobody reads, and says how many`() throws {
        let pipe = try Pipe()
        let log = Log(LogSettings(), to: DescriptorSink(pipe.writer.number))
        let start = BootClock.now
        for _ in 0..<100 { log(.info, "m", ["k": String(repeating: "x", count: 3_000)]) }
        #expect(start.duration(to: BootClock.now) < .seconds(2))
        try pipe.reader.setNonblocking(true)
        var bytes: [UInt8] = []
        while case .count = try pipe.reader.readSome(atMost: 65_536, appendingTo: &bytes) {}
        bytes = []
        log(.info, "again")
        _ = try pipe.reader.readSome(atMost: 65_536, appendingTo: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("warning log lines were dropped: nobody read them lines="))
        #expect(text.hasSuffix("info again\n"))
        try pipe.reader.close()
    }
}

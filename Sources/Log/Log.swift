internal import OS

/// Where a component reports what happens: a fixed message, and beside it the facts that vary.
///
/// A value; `with` makes one that says who reports. `log(.warning, "agent cut off: too slow", ["queued": "12"])`.
package struct Log: Sendable {
    private let settings: LogSettings
    private let sink: any LogSink
    private let now: @Sendable () -> Int64
    private let context: [LogRecord.Fact]

    /// Makes the log of a program.
    ///
    /// - Parameters:
    ///   - settings: Level and format, which may change while the program runs.
    ///   - sink: Where lines go.
    ///   - now: The time of a line, in milliseconds since 1970.
    package init(
        _ settings: LogSettings, to sink: any LogSink, now: @escaping @Sendable () -> Int64 = WallClock.now
    ) {
        self.init(settings, sink, now, [])
    }

    private init(
        _ settings: LogSettings, _ sink: any LogSink, _ now: @escaping @Sendable () -> Int64,
        _ context: [LogRecord.Fact]
    ) {
        self.settings = settings
        self.sink = sink
        self.now = now
        self.context = context
    }

    /// A log that writes nothing, for code under test.
    package static let none = Log(LogSettings(level: .error), to: NoSink())

    /// A log whose every line carries one more fact.
    package func with(_ key: String, _ value: String) -> Log {
        Log(settings, sink, now, context + [LogRecord.Fact(key: key, value: value)])
    }

    /// Whether lines of this level are written; asked before something costly is worked out.
    package func isOn(_ level: Level) -> Bool {
        level >= settings.level
    }

    /// Writes one line, or works nothing out when the level is off.
    ///
    /// - Parameters:
    ///   - level: How much it matters.
    ///   - message: What happened, always in the same words, so that it can be searched for.
    ///   - facts: What varies, in the order in which it is shown.
    package func callAsFunction(
        _ level: Level, _ message: StaticString,
        _ facts: @autoclosure () -> KeyValuePairs<String, String> = [:]
    ) {
        guard isOn(level) else { return }
        let own = facts().map { LogRecord.Fact(key: $0.key, value: $0.value) }
        let record = LogRecord(
            milliseconds: now(), level: level, message: message.description, facts: context + own)
        sink.write(record, as: settings.format)
    }
}

private struct NoSink: LogSink {
    func write(_ record: LogRecord, as format: Log.Format) {}
}

import Dispatch
import Glibc
package import OS
import Synchronization

/// The whole terminal, taken for a live picture and given back as it was, whatever ends the program.
///
/// The picture is drawn on the alternate screen; keys come one by one, without being shown. SIGINT, SIGTERM and SIGHUP
/// end the picture in an orderly way, and another size of the window draws it anew.
package final class Screen: Sendable {
    /// What a user does.
    package enum Event: Hashable, Sendable {
        case key(UInt8)
        case resized
        /// A signal asks to end.
        case ended
    }

    /// What the user did, the newest last.
    package let events = Mailbox<Event>(limit: 32, whenFull: .dropOldest)
    private let queue = DispatchQueue(label: "screen")
    private let before: termios
    private let isTaken = Mutex(true)
    private let environment: @Sendable (String) -> String?

    private static let enter = Array("\u{1b}[?1049h\u{1b}[?25l".utf8)
    private static let leave = Array("\u{1b}[?25h\u{1b}[?1049l".utf8)

    /// Takes the terminal of standard input and output; nil when they are none.
    package init?(environment: @escaping @Sendable (String) -> String?) {
        guard isatty(0) == 1, isatty(1) == 1 else { return nil }
        var settings = termios()
        guard unsafe tcgetattr(0, &settings) == 0 else { return nil }
        before = settings
        self.environment = environment
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // A program that is stopped (termios(3): VSUSP) would leave the terminal as it is.
        settings.c_cc.10 = 0
        _ = unsafe tcsetattr(0, TCSANOW, &settings)
        try? DescriptorSink(1).write(Self.enter)
    }

    deinit { giveBack() }

    /// The terminal as it is now.
    package var terminal: Terminal? { Terminal.behind(1, environment: environment) }

    /// Gives the terminal back; a second time does nothing.
    package func giveBack() {
        guard
            isTaken.withLock({ taken in
                defer { taken = false }; return taken
            })
        else { return }
        try? DescriptorSink(1).write(Self.leave)
        var settings = before
        _ = unsafe tcsetattr(0, TCSANOW, &settings)
    }

    /// Begins to take keys and signals; whoever asks keeps the sources, and cancels them.
    func listen() -> [any DispatchSourceProtocol] {
        let events = events
        let keys = DispatchSource.makeReadSource(fileDescriptor: 0, queue: queue)
        keys.setEventHandler { @Sendable in
            var byte: UInt8 = 0
            let isRead = unsafe Glibc.read(0, &byte, 1) == 1
            _ = events.post(isRead ? .key(byte) : .ended)
        }
        keys.activate()
        var all: [any DispatchSourceProtocol] = [keys]
        for (number, event) in [
            (SIGINT, Event.ended), (SIGTERM, .ended), (SIGHUP, .ended), (SIGWINCH, .resized),
        ] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in _ = events.post(event) }
            source.activate()
            all.append(source)
        }
        return all
    }
}

/// Keeps what is written, so that a picture reaches the terminal in one piece.
final class PictureSink: Sink {
    private let bytes = Mutex<[UInt8]>([])

    func write(_ more: [UInt8]) throws(Failure) { bytes.withLock { $0 += more } }

    /// What was written.
    var lines: [ArraySlice<UInt8>] {
        bytes.withLock { $0 }.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    }
}

/// Draws a picture again and again, until the user ends it.
struct LivePicture {
    /// Draws with a world whose output is the picture; the height is what fits.
    typealias Draw = @Sendable (Invocation, _ height: Int) async throws(Failure) -> Void

    /// Between two pictures.
    static let interval = Duration.seconds(1)

    /// Shows the picture on the whole terminal; `key` is told what is pressed, and says whether to draw at once.
    static func run(
        _ call: Invocation, draw: Draw, key: @Sendable (UInt8) -> Bool = { _ in false }
    ) async throws(Failure) -> ExitCode {
        let screen = call.surroundings.screen()
        let sources = screen?.listen() ?? []
        defer {
            for source in sources { source.cancel() }
            screen?.giveBack()
        }
        var problem = ""
        while true {
            let picture = PictureSink()
            var surroundings = call.surroundings
            surroundings.terminal = screen?.terminal ?? call.surroundings.terminal
            let height = max(3, surroundings.terminal?.height ?? 24)
            surroundings.output = picture
            surroundings.pager = { _, _ in false }
            surroundings.notes = PictureSink()
            let drawing = Invocation(
                settings: call.settings, arguments: call.arguments, surroundings: surroundings, api: call.api)
            do throws(Failure) {
                try await draw(drawing, height - 2)
                problem = ""
            } catch {
                // What was there before is seen on; an aggregator comes back.
                guard error.isBroken else { throw error }
                problem = error.sentence
            }
            try show(picture, problem, height, surroundings.terminal, call)
            if try await wait(call, screen, key) { return .ok }
        }
    }

    private static func show(
        _ picture: PictureSink, _ problem: String, _ height: Int, _ terminal: Terminal?, _ call: Invocation
    ) throws(Failure) {
        var text = Array("\u{1b}[H".utf8)
        if !problem.isEmpty {
            let line = TerminalText.safe(problem.split(separator: "\n").first.map(String.init) ?? "")
            text +=
                Array(TerminalText.shortened(line, to: terminal?.width ?? 80).utf8) + Array("\u{1b}[K\n".utf8)
            try call.surroundings.output.write(text)
            return
        }
        for line in picture.lines.prefix(height - 1) { text += line + Array("\u{1b}[K\n".utf8) }
        try call.surroundings.output.write(text + Array("\u{1b}[J".utf8))
    }

    /// Waits for the next picture; true when it is over.
    private static func wait(
        _ call: Invocation, _ screen: Screen?, _ key: @Sendable (UInt8) -> Bool
    ) async throws(Failure) -> Bool {
        let event = await withTaskGroup(of: (event: Screen.Event?, isTime: Bool).self) { group in
            group.addTask(name: "time") {
                do { try await call.surroundings.sleep(interval) } catch { return (.ended, false) }
                return (nil, true)
            }
            if let screen { group.addTask(name: "keys") { (await screen.events.next(), false) } }
            defer { group.cancelAll() }
            return await group.next() ?? (nil, true)
        }
        guard !event.isTime else { return false }
        switch event.event {
        case .key(let byte):
            // q, Q, and the ends that a terminal that is not asked for lines gives as bytes.
            if [0x71, 0x51, 0x03, 0x04].contains(byte) { return true }
            _ = key(byte)
            return false
        case .resized: return false
        case .ended, nil: return true
        }
    }
}

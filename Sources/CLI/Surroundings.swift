package import OS
package import Settings

/// The world that a command runs in, as values, so that tests can bring their own.
package struct Surroundings: Sendable {
    /// Command line, environment and files.
    package var input: SettingsInput

    /// Where answers go.
    package var output: any Sink

    /// Where notes and errors go.
    package var notes: any Sink

    /// The screen behind the output; nil when it is a file or a pipe.
    package var terminal: Terminal?

    /// Shows text through a pager's command line; false when that could not be started.
    package var pager: @Sendable (String, [UInt8]) -> Bool

    /// Takes the whole terminal; nil when there is none to take.
    package var screen: @Sendable () -> Screen? = { nil }

    /// Milliseconds since 1970.
    package var now: @Sendable () -> Int64

    /// What connects to an address.
    package var connector: @Sendable (SocketAddress) -> any Connector

    /// Waits.
    package var sleep: @Sendable (Duration) async throws -> Void

    /// A world.
    package init(
        input: SettingsInput,
        output: any Sink,
        notes: any Sink,
        terminal: Terminal?,
        pager: @escaping @Sendable (String, [UInt8]) -> Bool = { _, _ in false },
        now: @escaping @Sendable () -> Int64,
        connector: @escaping @Sendable (SocketAddress) -> any Connector,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
    ) {
        self.input = input
        self.output = output
        self.notes = notes
        self.terminal = terminal
        self.pager = pager
        self.now = now
        self.connector = connector
        self.sleep = sleep
    }

    /// This process.
    package static func ofProcess() -> Surroundings {
        let input = SettingsInput.ofProcess()
        var surroundings = Surroundings(
            input: input,
            output: DescriptorSink(1),
            notes: DescriptorSink(2),
            terminal: Terminal.behind(1, environment: input.environment),
            pager: { Pager.show($1, through: $0) },
            now: { WallClock.now() },
            connector: { SocketConnector($0) },
            sleep: { try await Task.sleep(for: $0) },
        )
        surroundings.screen = { Screen(environment: input.environment) }
        return surroundings
    }
}

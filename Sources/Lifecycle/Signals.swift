internal import Dispatch
internal import Glibc
package import OS

/// What the outside asks of a running program (signal(7)).
package enum Signal: Int32, CaseIterable, Sendable {
    /// SIGTERM: end in an orderly way.
    case terminate = 15
    /// SIGINT, Ctrl-C: likewise.
    case interrupt = 2
    /// SIGHUP: read the configuration again.
    case hangUp = 1

    /// The name by which users know it.
    package var name: String {
        switch self {
        case .terminate: "SIGTERM"
        case .interrupt: "SIGINT"
        case .hangUp: "SIGHUP"
        }
    }
}

/// Catches signals while `body` runs and hands them to it in order; they no longer end the process.
///
/// `body` begins when all of them are caught. At most 16 wait; more of them drop the oldest.
///
/// - Parameters:
///   - caught: Which signals; others keep their effect.
///   - body: Gets the signals as a bounded sequence.
/// - Returns: What `body` returns.
package nonisolated func withSignals<R: Sendable>(
    _ caught: [Signal] = Signal.allCases, _ body: @Sendable (Mailbox<Signal>) async throws -> R
) async rethrows -> R {
    let mailbox = Mailbox<Signal>(limit: 16, whenFull: .dropOldest)
    let queue = DispatchQueue(label: "bayplan.signals")
    var sources: [any DispatchSourceSignal] = []
    for signal in caught {
        let source = DispatchSource.makeSignalSource(signal: signal.rawValue, queue: queue)
        let isRegistered = Reply<Void>()
        source.setEventHandler { @Sendable in _ = mailbox.post(signal) }
        source.setRegistrationHandler { @Sendable in isRegistered.send(()) }
        source.activate()
        _ = await isRegistered.wait(until: .after(.seconds(5)))
        sources.append(source)
    }
    defer {
        for source in sources { source.cancel() }
        mailbox.finish()
    }
    return try await body(mailbox)
}

import Dispatch
import Journal
import OS
import SQLite
import TestSupport
import Testing
import Wire

/// Requirement B17: what the watchdog learns of the journal's thread.
@Suite(.timeLimit(.minutes(1))) struct `A journal's thread` {
    private func turns(_ journal: Journal, within limit: Duration) async -> Bool {
        let reply = Reply<Void>()
        journal.answerTurn(reply)
        if case .value = await reply.wait(until: .after(limit)) { return true }
        return false
    }

    private func append(_ number: Int64, to journal: Journal, _ lab: Lab) {
        journal.append(
            JournalEntry(
                host: host(1), id: name("a"),
                changes: [.put(container(UInt64(number)), status: "{}", config: "{}")],
                cursor: cursor(number),
                at: lab.now))
    }

    @Test func `comes round while the disk is full`() async throws {
        try await Lab.with { lab in
            let disk = Disk()
            disk.isAway = true
            let journal = try await lab.open { settings in settings.fault = { disk.fault(at: $0) } }
            append(1, to: journal, lab)
            try await eventually { !journal.state.isRunning }
            #expect(await turns(journal, within: .seconds(5)))
            await journal.close(within: .zero)
        }
    }

    @Test func `does not come round while a commit hangs`() async throws {
        try await Lab.with { lab in
            let gate = DispatchSemaphore(value: 0)
            let journal = try await lab.open { settings in
                settings.fault = { step in
                    if step == .beforeCommit { gate.wait() }
                    return nil
                }
            }
            #expect(await turns(journal, within: .seconds(5)))
            append(1, to: journal, lab)
            // The first question may still be answered before the commit begins.
            _ = await turns(journal, within: .milliseconds(200))
            #expect(await !turns(journal, within: .milliseconds(200)))
            gate.signal()
            #expect(await turns(journal, within: .seconds(5)))
            await journal.close(within: .seconds(5))
        }
    }
}

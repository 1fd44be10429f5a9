import Inventory
import OS
import Wire

extension Broker {
    /// Has a container sampled each second until the task is cancelled (requirement C10).
    ///
    /// The samples come as those do that nobody asks for. Calls back once the host has taken it on.
    ///
    /// - Throws: Why the host doesn't, or no longer.
    func sampleLive(
        _ container: ContainerID, on host: HostID, _ began: @Sendable () -> Void
    ) async throws(RequestError) {
        var question = Question(Operation.stats, of: container, timeout: .seconds(10), limit: 4_096)
        question.isEndless = true
        let answer = try ask(host, question)
        try await answer.begin()
        began()
        while try await answer.next() != nil {}
    }
}

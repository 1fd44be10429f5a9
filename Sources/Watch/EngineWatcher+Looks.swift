package import Docker
package import Inventory
package import OS
internal import Synchronization

/// Those who wait for a look at the Engine, by number.
struct Askers: Sendable {
    var last = 0
    var waiting: [Int: Reply<DockerError?>] = [:]
}

extension EngineWatcher {
    /// Asks the Engine now, about one container or everything, and returns when the sink has been told what it found.
    ///
    /// What was asked before doesn't count: the look begins after the call. A container that turns out to be gone is a
    /// good answer.
    ///
    /// - Throws: Why there is no answer: the Engine is out of reach, refuses, or takes longer than the deadline.
    package func refresh(_ container: ContainerID?, deadline: Deadline) async throws(DockerError) {
        let reply = Reply<DockerError?>()
        let number = askers.withLock { askers in
            askers.last += 1
            askers.waiting[askers.last] = reply
            return askers.last
        }
        defer { askers.withLock { askers in _ = askers.waiting.removeValue(forKey: number) } }
        inbox.withLock { $0.looks.append((number, container)) }
        wake.ring()
        switch await reply.wait(until: deadline) {
        case .value(nil): return
        case .value(.some(let error)): throw error
        case .timedOut:
            throw DockerError(
                .timedOut,
                "\(engine.name) gave no answer in time. Check that the Engine isn't stopped or overloaded (`docker ps` "
                    + "there).")
        case .cancelled: throw DockerError(.cancelled, "The question to \(engine.name) was given up.")
        }
    }

    /// Tells those who asked for a look what came of it.
    func tell(_ numbers: [Int], _ error: DockerError?) {
        let waiting = askers.withLock { askers in numbers.compactMap { askers.waiting[$0] } }
        for reply in waiting { reply.send(error) }
    }
}

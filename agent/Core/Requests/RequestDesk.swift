import Inventory
import Lifecycle
package import Log
import OS
import Synchronization
package import Wire

/// Carries out what aggregators ask for, beside the sessions and the watcher: a question that takes long holds up neither.
package final class RequestDesk: Service {
    /// How one operation is done.
    package struct Deed: Sendable {
        /// Whether the request's time is for all of it; otherwise the deed keeps the time itself.
        let isTimed: Bool
        let run: @Sendable (AgentRequest, ReplyWriter) async throws(RequestFailure) -> Void

        /// What is done for a request, within its time unless the deed keeps that itself.
        package init(
            isTimed: Bool = true,
            _ run: @escaping @Sendable (AgentRequest, ReplyWriter) async throws(RequestFailure) -> Void
        ) {
            self.isTimed = isTimed
            self.run = run
        }
    }

    /// A request that was taken on.
    struct Job: Sendable {
        let request: AgentRequest
        let writer: ReplyWriter
    }

    package let name = "requests"
    private let allowed: Set<String>
    private let deeds = Mutex<[String: Deed]>([:])
    private let jobs = Mailbox<Job>(limit: 256, whenFull: .refuse)
    private let log: Log
    /// How much one aggregator may have under way.
    let limits: RequestBook.Limits

    /// A desk that carries out these operations, as far as it is told how.
    package init(
        allowed: some Sequence<String>, limits: RequestBook.Limits = RequestBook.Limits(), log: Log
    ) {
        self.allowed = Set(allowed)
        self.limits = limits
        self.log = log
    }

    /// Says how an operation is done; before `run`.
    package func serve(_ operation: String, _ deed: Deed) {
        deeds.withLock { $0[operation] = deed }
    }

    /// What aggregators may ask for, as `hello` tells it.
    package var operations: [String] {
        deeds.withLock { $0.keys.filter(allowed.contains) }.sorted()
    }

    /// Works until the task is cancelled; every request under way ends with it.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                group.addTask(name: "request \(job.request.operation)") { await self.carryOut(job) }
            }
            group.cancelAll()
        }
    }

    /// An empty book for a session.
    func book() -> RequestBook {
        RequestBook(known: Set(deeds.withLock { $0.keys }), allowed: allowed, limits: limits)
    }

    /// Takes on what a session began.
    func take(_ job: Job) {
        guard jobs.post(job) != .kept else { return }
        job.writer.finish(
            RequestFailure(AgentReply.Failure.busy, "too much is being asked; try again in a moment"))
    }

    private func carryOut(_ job: Job) async {
        guard let deed = deeds.withLock({ $0[job.request.operation] }) else { return }
        let started = BootClock.now
        let failure = await withTaskGroup(of: RequestFailure??.self) { group in
            group.addTask(name: "deed") {
                do throws(RequestFailure) {
                    try await deed.run(job.request, job.writer)
                    return .some(nil)
                } catch {
                    return .some(error)
                }
            }
            // Nobody waits any more, and nothing is said.
            group.addTask(name: "stop") {
                await job.writer.waitForStop()
                return nil
            }
            if deed.isTimed {
                group.addTask(name: "time") {
                    try? await BootClock().sleep(for: .milliseconds(job.request.timeout))
                    return .some(.timedOut(job.request.timeout))
                }
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let failure else { return }
        job.writer.finish(failure)
        log(
            .debug, "a request was answered",
            [
                "operation": job.request.operation, "container": job.request.container?.short ?? "",
                "ms": "\(started.duration(to: BootClock.now).wholeMilliseconds)",
                "error": failure?.message ?? "",
            ])
    }
}

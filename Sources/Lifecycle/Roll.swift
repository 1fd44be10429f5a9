internal import Dispatch
internal import OS
internal import Synchronization

/// Which services of a program still run, and who waits for one of them.
final class Roll: Sendable {
    private let names: [String]
    private let ends: [Reply<Void>]
    private let cancellations: [Reply<Void>]
    private let isRunning: Mutex<[Bool]>

    init(_ names: [String]) {
        self.names = names
        ends = names.map { _ in Reply() }
        cancellations = names.map { _ in Reply() }
        isRunning = Mutex(names.map { _ in true })
    }

    /// The names of those that run.
    var running: [String] {
        let flags = isRunning.withLock { $0 }
        return zip(names, flags).filter(\.1).map(\.0)
    }

    func isRunning(_ index: Int) -> Bool {
        isRunning.withLock { $0[index] }
    }

    func ended(_ index: Int) {
        isRunning.withLock { $0[index] = false }
        ends[index].send(())
    }

    /// Waits for the end of one, or for this task's cancellation.
    func waitForEnd(of index: Int) async {
        _ = await ends[index].wait(until: .never)
    }

    func cancel(_ index: Int) {
        cancellations[index].send(())
    }

    /// Waits until one is to be cancelled, or for this task's cancellation.
    func waitForCancellation(of index: Int) async {
        _ = await cancellations[index].wait(until: .never)
    }
}

/// Where a program stands between its start and its end.
struct Course {
    /// What `Program.run` will answer.
    enum Result: Sendable {
        case undecided
        case outcome(Program.Outcome)
        case failure(any Error)

        var isUndecided: Bool {
            if case .undecided = self { return true }
            return false
        }

        func get() throws -> Program.Outcome {
            switch self {
            case .undecided: .ended("")
            case .outcome(let outcome): outcome
            case .failure(let error): throw error
            }
        }
    }

    /// Services whose end was not noticed yet.
    var left: Int
    var result = Result.undecided
    /// Set once everything was cancelled.
    var watchdog: DispatchWorkItem?
    private var isReloading = false
    private var wantsAnotherReload = false

    init(left: Int) {
        self.left = left
    }

    /// One reload at a time; a wish during one is kept, further ones are the same wish.
    mutating func mayReload() -> Bool {
        wantsAnotherReload = isReloading
        defer { isReloading = true }
        return !isReloading
    }

    mutating func reloaded() -> Bool {
        isReloading = false
        return wantsAnotherReload && mayReload()
    }
}

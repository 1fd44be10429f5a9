internal import CSystem
internal import Dispatch
internal import Glibc
internal import Synchronization

/// A running program whose output can be read; killed when its owner goes away.
///
/// Starts with default signal dispositions, no descriptors of ours but its three, and standard input empty.
package final class Subprocess: Sendable {
    /// How a process ended.
    package enum Ending: Hashable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        /// `exit status 1` or `ended by signal 15`.
        package var description: String {
            switch self {
            case .exited(let code): "exit status \(code)"
            case .signalled(let signal): "ended by signal \(signal)"
            }
        }
    }

    /// The process's number.
    package let id: Int32
    /// Its standard output; read it, or the program stops when the pipe is full.
    package let output: PipeReader
    /// Its standard error; likewise.
    package let errors: PipeReader

    /// The process is reaped under this lock, so that a signal never reaches a later process of the same number.
    private let ending = Mutex<Ending?>(nil)
    private let exit: Readiness

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: The program; without a slash it is looked for in `PATH`.
    ///   - arguments: What follows the program's name.
    ///   - environment: All variables it gets; ours when nil.
    /// - Throws: What posix_spawn(3) reported, as for a program that does not exist.
    package init(
        _ path: String, _ arguments: [String] = [], environment: [String: String]? = nil
    ) throws(FileError) {
        do throws(Errno) {
            let out = try Pipe()
            let err = try Pipe()
            let environment = environment ?? ThisProcess.environment()
            let id = try Spawn.start(
                path, [path] + arguments, environment.map { "\($0.key)=\($0.value)" },
                output: out.writer.number, errors: err.writer.number)
            let pidfd = bayplan_pidfd(id)
            guard pidfd >= 0 else {
                let reason = Errno.current
                _ = kill(id, SIGKILL)
                _ = waitpid(id, nil, 0)
                throw reason
            }
            self.id = id
            output = try PipeReader(out.reader)
            errors = try PipeReader(err.reader)
            exit = Readiness(SharedDescriptor(Descriptor(adopting: pidfd)), .reading)
        } catch {
            throw FileError("started", path, error)
        }
    }

    deinit {
        signal(SIGKILL)
        reap(waiting: true)
    }

    /// Sends a signal; nothing happens when the process has already ended and was noticed.
    package func signal(_ number: Int32) {
        ending.withLock { ending in
            if ending == nil { _ = kill(id, number) }
        }
    }

    /// Waits for its end; nil when the deadline passed or the task was cancelled first.
    package func wait(deadline: Deadline) async -> Ending? {
        while true {
            if let ending = reap(waiting: false) { return ending }
            guard case .ready = await exit.wait(until: deadline) else { return reap(waiting: false) }
        }
    }

    @discardableResult
    private func reap(waiting: Bool) -> Ending? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            let answer = try? retrying { unsafe waitpid(id, &status, waiting ? 0 : WNOHANG) }
            if answer == id {
                let signal = status & 0x7f
                ending = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
            }
            return ending
        }
    }
}

/// The reading end of a pipe.
package final class PipeReader: Sendable {
    private let descriptor: SharedDescriptor
    private let readable: Readiness

    init(_ descriptor: consuming Descriptor) throws(Errno) {
        try descriptor.setNonblocking(true)
        self.descriptor = SharedDescriptor(descriptor)
        readable = Readiness(self.descriptor, .reading)
    }

    /// Waits for bytes, at least one and at most `limit`; empty means that nobody writes any more.
    ///
    /// - Throws: `.timedOut`, `.cancelled`, or what read(2) reported.
    package func read(atMost limit: Int, deadline: Deadline) async throws(StreamError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            do {
                switch try descriptor.descriptor.readSome(atMost: limit, appendingTo: &bytes) {
                case .count: return bytes
                case .end: return []
                case .wouldBlock: break
                }
            } catch {
                throw .transferring(error, peer: "the process")
            }
            switch await readable.wait(until: deadline) {
            case .ready: continue
            case .closed: return []
            case .cancelled: throw .cancelled("The read of a process's output")
            case .timedOut: throw StreamError(.timedOut, "The process wrote nothing in time.")
            }
        }
    }
}

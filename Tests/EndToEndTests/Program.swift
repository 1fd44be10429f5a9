internal import Glibc
internal import OS

/// A child process whose output goes to files, so that nobody has to read it while it runs.
final class Program: Sendable {
    /// Where standard output goes.
    let output: String
    /// Where standard error goes.
    let errors: String
    private let process: Subprocess

    /// Starts a program; killed when its last owner lets go.
    ///
    /// Standard output goes to a new file `output`, standard error is appended to `errors`.
    ///
    /// - Throws: Why it could not be started.
    init(_ path: String, _ arguments: [String], output: String, errors: String) throws {
        self.output = output
        self.errors = errors
        // The shell only opens the files; exec keeps the process.
        process = try Subprocess(
            "/bin/sh",
            ["-c", "out=$1 err=$2; shift 2; exec \"$@\" >\"$out\" 2>>\"$err\"", "sh", output, errors, path]
                + arguments)
    }

    /// Sends a signal unless the process has already ended.
    func signal(_ number: Int32) { process.signal(number) }

    /// Waits for the end: the exit status, 128 + number for a signal; nil when it had to be killed after `limit`.
    func ended(within limit: Duration) async -> Int32? {
        if let ending = await process.wait(deadline: .after(limit)) { return Self.status(ending) }
        signal(SIGKILL)
        _ = await process.wait(deadline: .after(.seconds(5)))
        return nil
    }

    /// Whether it still runs.
    var isRunning: Bool {
        get async { await process.wait(deadline: .after(.zero)) == nil }
    }

    private static func status(_ ending: Subprocess.Ending) -> Int32 {
        switch ending {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        }
    }
}

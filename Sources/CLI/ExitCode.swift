/// What the program tells the shell; scripts rely on the numbers.
package enum ExitCode: Int32, Sendable {
    /// Done.
    case ok = 0
    /// It failed, or what was asked for is not there.
    case failed = 1
    /// The command line or a setting is wrong.
    case usage = 2
    /// There is an answer, but a part is missing, or it is staler than was asked.
    case partial = 3
    /// Not allowed.
    case notAllowed = 4
    /// The aggregator can't be reached, or the host that was asked about.
    case unreachable = 5
    /// It took too long.
    case timedOut = 6
}

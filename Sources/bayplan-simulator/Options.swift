/// What `bayplan-simulator engine` was asked to do.
struct Options: Hashable, Sendable {
    var sockets: [String] = []
    var names: [String] = []
    /// Containers for each Engine.
    var containers = 20
    /// Changes per second for each Engine.
    var churn = 0.0
    var seed: UInt64 = 1
    var isQuiet = false

    /// Why the arguments make no sense, and what to do.
    struct Refusal: Error {
        let sentence: String

        init(_ sentence: String) { self.sentence = sentence }
    }

    /// Reads what comes after `engine`; `--name value` and `--name=value`.
    init(_ arguments: [String]) throws(Refusal) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let option = String(parts[0])
            if option == "--quiet" || option == "-q" {
                isQuiet = true
                continue
            }
            guard ["--socket", "--name", "--containers", "--churn", "--seed"].contains(option) else {
                throw Refusal("\(option) is not known, so nothing was started. See bayplan-simulator --help.")
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
                throw Refusal(
                    "\(option) needs a value, so nothing was started. See bayplan-simulator --help.")
            }
            try set(option, value)
        }
        guard !sockets.isEmpty else {
            throw Refusal("No socket was named, so nothing was started. Add --socket PATH.")
        }
        guard names.count <= sockets.count else {
            throw Refusal(
                "There are more names than sockets, so nothing was started. Each --name belongs to one --socket."
            )
        }
        guard Set(sockets).count == sockets.count else {
            throw Refusal("A socket was named twice, so nothing was started. Each Engine needs its own.")
        }
    }

    /// The name of the Engine at that place in the list.
    func name(at index: Int) -> String {
        names.indices.contains(index) ? names[index] : "sim-\(index + 1)"
    }

    private mutating func set(_ option: String, _ value: String) throws(Refusal) {
        switch option {
        case "--socket": sockets.append(value.hasPrefix("unix://") ? String(value.dropFirst(7)) : value)
        case "--name": names.append(value)
        case "--containers": containers = try number(option, value, 0...100_000)
        case "--seed": seed = try number(option, value, 0...UInt64.max)
        default:
            let digits = value.hasSuffix("/s") ? String(value.dropLast(2)) : value
            guard let rate = Double(digits), (0...1_000).contains(rate) else {
                throw Refusal(
                    "--churn \(value) is no rate from 0 to 1000 changes a second, so nothing was started.")
            }
            churn = rate
        }
    }

    private func number<Number: FixedWidthInteger>(
        _ option: String, _ value: String, _ range: ClosedRange<Number>
    ) throws(Refusal) -> Number {
        guard let number = Number(value), range.contains(number) else {
            throw Refusal(
                "\(option) \(value) is no number from \(range.lowerBound) to \(range.upperBound), so nothing was started."
            )
        }
        return number
    }

    static let help = """
        Usage: bayplan-simulator engine --socket PATH [OPTION…]

        Plays Docker Engines: each answers the Engine's API (1.41) on its own Unix socket, with containers
        that are made up. Nothing runs, nothing is stored; the same seed gives the same containers.
        It serves until SIGTERM or Ctrl-C and then removes its sockets.

          --socket PATH       where an Engine answers; repeat it for several Engines
          --name NAME         the machine's name of each Engine, in the order of the sockets (sim-1, sim-2, …)
          --containers N      containers for each Engine (20)
          --churn RATE        changes a second for each Engine: health checks, crashes, restarts, recreations (0)
          --seed S            what everything follows from (1)
          -q, --quiet         don't print the changes

        Example
          bayplan-simulator engine --socket /tmp/a.sock --socket /tmp/b.sock --containers 50 --churn 2 &
          docker -H unix:///tmp/a.sock ps -a

        Exit status: 0 when it was asked to end, 1 when a socket could not be opened, 2 for a mistake in usage.
        """
}

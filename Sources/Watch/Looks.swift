internal import Docker
package import Inventory
internal import OS

/// Who waits for a look at the Engine that begins after the question, and which looks are under way (requirement B4).
///
/// Many who ask at once share one look. Looks at everything rest between two for as long as the last one took, and for
/// a second at least, so that nobody loads an Engine by asking.
package struct Looks: Sendable {
    private var waiting: [ContainerID: [Int]] = [:]
    private var underWay: [ContainerID: [Int]] = [:]
    private var wholeWaiting: [Int] = []
    private var wholeUnderWay: [Int] = []
    /// When the next look at everything may begin.
    private(set) var nextWhole: BootClock.Instant?

    /// How many may wait; one more is told at once that it is too much.
    static let limit = 1_024
    private static let shortestRest = Duration.seconds(1)

    /// How many wait.
    var count: Int {
        wholeWaiting.count + wholeUnderWay.count
            + (Array(waiting.values) + Array(underWay.values)).reduce(0) { $0 + $1.count }
    }

    /// Whether somebody waits for a look at everything to begin.
    var isWholeWanted: Bool { !wholeWaiting.isEmpty }

    /// The containers that are to be looked at, and aren't yet.
    var wanted: some Collection<ContainerID> { waiting.keys }

    mutating func ask(_ number: Int, _ container: ContainerID?) {
        if let container {
            waiting[container, default: []].append(number)
        } else {
            wholeWaiting.append(number)
        }
    }

    mutating func begin(_ id: ContainerID) {
        guard let numbers = waiting.removeValue(forKey: id) else { return }
        underWay[id, default: []] += numbers
    }

    mutating func end(_ id: ContainerID, _ error: DockerError?) -> [WatchMachine.Action] {
        underWay.removeValue(forKey: id).map { [.looked($0, error)] } ?? []
    }

    mutating func beginWhole() {
        wholeUnderWay += wholeWaiting
        wholeWaiting = []
    }

    mutating func endWhole(
        _ error: DockerError?, started: BootClock.Instant, now: BootClock.Instant
    ) -> [WatchMachine.Action] {
        guard !wholeUnderWay.isEmpty else { return [] }
        nextWhole = now.advanced(by: max(Self.shortestRest, started.duration(to: now)))
        defer { wholeUnderWay = [] }
        return [.looked(wholeUnderWay, error)]
    }

    /// Everybody is told that there is nothing to be seen.
    mutating func endAll() -> [Int] {
        let all = wholeWaiting + wholeUnderWay + waiting.values.joined() + underWay.values.joined()
        let rest = nextWhole
        self = Looks()
        nextWhole = rest
        return all
    }
}

extension WatchMachine {
    /// Somebody wants the Engine asked, from now on, about one container or everything.
    package mutating func asked(_ number: Int, about container: ContainerID?) -> [Action] {
        guard isConnected else {
            let sentence = "its Engine is out of reach, or was not reached yet; nothing newer is known"
            return [
                .looked([number], DockerError(.unreachable(StreamError(.unreachable, sentence)), sentence))
            ]
        }
        guard looks.count < Looks.limit else {
            return [.looked([number], DockerError(.timedOut, "too many wait for the Engine already"))]
        }
        looks.ask(number, container)
        return []
    }

    /// Makes what is asked for due.
    mutating func startLooks(_ now: BootClock.Instant) {
        guard isConnected else { return }
        for id in looks.wanted where flights[id] == nil && dirty[id] == nil { dirty[id] = now }
        if looks.isWholeWanted, pass == nil, looks.nextWhole.map({ $0 <= now }) ?? true { wanted = .complete }
    }

    /// The Engine is gone: nobody waits for it any longer.
    mutating func endLooks(_ reason: String) -> [Action] {
        let numbers = looks.endAll()
        guard !numbers.isEmpty else { return [] }
        return [.looked(numbers, DockerError(.unreachable(StreamError(.unreachable, reason)), reason))]
    }
}

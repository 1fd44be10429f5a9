import Docker
import Inventory
import JSON
import OS
import Testing
import Watch
import Wire

/// The watcher's decisions, without any Engine.
@Suite struct `A watch machine` {
    private var machine: WatchMachine
    private var now = BootClock.Instant(nanoseconds: 0)

    init() {
        var settings = WatchSettings()
        settings.coalescing = .milliseconds(50)
        machine = WatchMachine(settings: settings)
    }

    private static func id(_ number: Int) -> ContainerID { ContainerID(words: (0, 0, 0, UInt64(number))) }

    private static func record(_ number: Int, state: String = "running", name: String? = nil) -> Container {
        Container(
            id: id(number), status: Status(state: ContainerState(rawValue: state)), network: Network(),
            config: Config(name: name ?? "c\(number)"))
    }

    private static func list(_ numbers: [Int], state: String = "running") throws -> ContainerList {
        var list = ContainerList()
        for number in numbers {
            let text = "{\"Id\":\"\(id(number))\",\"State\":\"\(state)\"}"
            list.containers.append(try ContainerSummary(parsing: Array(text.utf8)))
        }
        return list
    }

    private static func marks(dirty: [Int] = [], removed: [Int] = []) -> Marks {
        var marks = Marks(limit: 1_000)
        for number in removed {
            marks.note(EngineEvent(type: "container", action: "destroy", actor: "\(id(number))"))
        }
        for number in dirty { marks.mark(id(number)) }
        return marks
    }

    /// Brings the machine to where it knows these containers.
    private mutating func know(_ numbers: [Int]) throws {
        _ = machine.reached(EngineFacts(info: EngineInfo(), apiVersion: .newest), at: 1)
        machine.subscribed()
        _ = machine.advance(to: now)
        _ = machine.listed(.success(try Self.list(numbers)), at: now)
        _ = finish()
    }

    /// Answers every inspection until nothing is under way; gives all actions.
    private mutating func finish(_ answer: (ContainerID) -> Container? = { _ in nil })
        -> [WatchMachine.Action]
    {
        var all: [WatchMachine.Action] = []
        var waiting = machine.advance(to: now)
        while !waiting.isEmpty {
            var next: [WatchMachine.Action] = []
            for action in waiting {
                all.append(action)
                guard case .inspect(let id) = action else { continue }
                let record = answer(id) ?? Self.record(Int(id.words.3))
                next += machine.inspected(id, .success(record), at: now)
            }
            waiting = next + machine.advance(to: now)
        }
        return all
    }

    /// The first complete pass is what makes a host known.
    @Test mutating func `reports a pass only when everything was inspected`() throws {
        #expect(machine.advance(to: now).isEmpty)
        _ = machine.reached(EngineFacts(info: EngineInfo(), apiVersion: .newest), at: 1)
        machine.subscribed()
        #expect(machine.advance(to: now).isList)
        _ = machine.listed(.success(try Self.list(Array(1...10))), at: now)
        let started = machine.advance(to: now).inspections
        #expect(started.count == 3)
        let actions = started.flatMap { id in
            machine.inspected(id, .success(Self.record(Int(id.words.3))), at: now)
        }
        #expect(actions.reconciled == nil)
        #expect(actions.changes.count == 3)
        #expect(finish().reconciled?.count == 10)
    }

    /// B15: a destruction ends whatever is known, asked or planned about a container.
    @Test mutating func `forgets a container that goes while it is inspected`() throws {
        try know([1, 2])
        _ = machine.marked(Self.marks(dirty: [1]), at: now.advanced(by: .seconds(1)))
        now = now.advanced(by: .seconds(1))
        #expect(machine.advance(to: now).inspections == [Self.id(1)])
        let gone = machine.marked(Self.marks(removed: [1]), at: now)
        #expect(gone.changes.map { $0.0 } == [Self.id(1)])
        #expect(
            machine.inspected(Self.id(1), .success(Self.record(1, name: "late")), at: now).isEmpty)
        #expect(machine.counters.containers == 1)
    }

    /// B15: within the window one inspection more, not one for each event.
    @Test mutating func `coalesces a burst of events`() throws {
        try know([1])
        now = now.advanced(by: .seconds(1))
        var inspections = 0
        for _ in 0..<100 {
            _ = machine.marked(Self.marks(dirty: [1]), at: now)
            inspections += finish().inspections.count
            now = now.advanced(by: .milliseconds(1))
        }
        #expect((2...4).contains(inspections))
        #expect(machine.nextStep != nil)
        now = now.advanced(by: .milliseconds(50))
        #expect(finish().inspections.count == 1)
    }

    /// What happens during an inspection is looked at after it.
    @Test mutating func `inspects again what changed meanwhile`() throws {
        try know([1])
        now = now.advanced(by: .seconds(1))
        _ = machine.marked(Self.marks(dirty: [1]), at: now)
        #expect(machine.advance(to: now).inspections.count == 1)
        _ = machine.marked(Self.marks(dirty: [1]), at: now)
        #expect(machine.advance(to: now).isEmpty)
        _ = machine.inspected(Self.id(1), .success(Self.record(1)), at: now)
        now = now.advanced(by: .milliseconds(50))
        #expect(machine.advance(to: now).inspections == [Self.id(1)])
    }

    /// R-20, and the order of things: what was found out after a list was begun is not removed by it.
    @Test mutating func `does not remove what is newer than the list`() throws {
        try know([1, 2])
        now = now.advanced(by: .seconds(61))
        #expect(machine.advance(to: now).isList)
        _ = machine.marked(Self.marks(dirty: [3]), at: now)
        let started = machine.advance(to: now).inspections
        #expect(started == [Self.id(3)])
        _ = machine.inspected(Self.id(3), .success(Self.record(3)), at: now)
        let actions = machine.listed(.success(try Self.list([1])), at: now)
        #expect(actions.changes.map { $0.0 } == [Self.id(2)])
        now = now.advanced(by: .milliseconds(50))
        let rest = finish()
        #expect(rest.inspections.contains(Self.id(3)))
        #expect(rest.reconciled == [Self.id(1), Self.id(3)])
    }

    ///
    @Test mutating func `removes nothing when a list fails, and tries again soon`() throws {
        try know([1, 2])
        now = now.advanced(by: .seconds(61))
        _ = machine.advance(to: now)
        let actions = machine.listed(.failure(DockerError(.brokenAnswer, "cut short")), at: now)
        #expect(actions.changes.isEmpty)
        #expect(actions.reconciled == nil)
        #expect(machine.nextStep == now.advanced(by: WatchSettings().retry.base))
        now = now.advanced(by: .seconds(5))
        #expect(machine.advance(to: now).isList)
    }

    /// B14: a pass ends half a second before the next is due; what it missed is first then.
    @Test mutating func `gives up a pass that takes too long and goes on where it was`() throws {
        _ = machine.reached(EngineFacts(info: EngineInfo(), apiVersion: .newest), at: 1)
        machine.subscribed()
        _ = machine.advance(to: now)
        _ = machine.listed(.success(try Self.list(Array(1...5))), at: now)
        for id in machine.advance(to: now).inspections {
            _ = machine.inspected(id, .success(Self.record(Int(id.words.3))), at: now)
        }
        let stuck = machine.advance(to: now).inspections
        #expect(stuck.count == 2)
        now = now.advanced(by: .milliseconds(59_500))
        let late = machine.advance(to: now)
        #expect(late.report?.isLate == true)
        #expect(late.reconciled == nil)
        for id in stuck { _ = machine.inspected(id, .failure(DockerError(.timedOut, "late")), at: now) }
        now = now.advanced(by: .seconds(5))
        let again = machine.advance(to: now)
        #expect(again.isList)
        #expect(Set(again.inspections) == Set(stuck))
        _ = machine.listed(.success(try Self.list(Array(1...5))), at: now)
        // These answers are older than the list: they are taken, and asked for once more.
        for id in stuck { _ = machine.inspected(id, .success(Self.record(Int(id.words.3))), at: now) }
        let rest = finish()
        #expect(rest.reconciled?.count == 5)
        #expect(Set(rest.inspections).isSuperset(of: stuck))
    }

    /// One container whose lock is stuck doesn't keep the others from being confirmed; three mean the Engine.
    @Test mutating func `confirms the others when one inspection times out`() throws {
        try know([1, 2, 3])
        machine.subscribed()
        _ = machine.advance(to: now)
        _ = machine.listed(.success(try Self.list([1, 2, 3])), at: now)
        let started = machine.advance(to: now).inspections
        var actions = machine.inspected(started[0], .failure(DockerError(.timedOut, "late")), at: now)
        #expect(actions.unreadable == [started[0]])
        for id in started.dropFirst() {
            actions += machine.inspected(id, .success(Self.record(Int(id.words.3))), at: now)
        }
        actions += machine.advance(to: now)
        #expect(actions.reconciled?.count == 3)
    }

    /// B1: what no list shows is looked at in turn, so that in ten passes everything was.
    @Test mutating func `inspects a tenth of the unchanged at each pass`() throws {
        try know(Array(1...100))
        // The second pass confirms what the first one learned.
        var seen: Set<ContainerID> = []
        for _ in 0..<11 {
            now = now.advanced(by: .seconds(61))
            #expect(machine.advance(to: now).isList)
            _ = machine.listed(.success(try Self.list(Array(1...100))), at: now)
            let inspected = finish().inspections
            #expect(inspected.count <= 10)
            seen.formUnion(inspected)
        }
        #expect(seen.count == 100)
    }

    /// B14: what the list shows otherwise is inspected, though no event told of it.
    @Test mutating func `inspects what the list shows otherwise`() throws {
        try know(Array(1...30))
        now = now.advanced(by: .seconds(61))
        _ = machine.advance(to: now)
        var list = try Self.list(Array(1...29))
        list.containers += try Self.list([30], state: "exited").containers
        _ = machine.listed(.success(list), at: now)
        let actions = finish { id in id == Self.id(30) ? Self.record(30, state: "exited") : nil }
        #expect(actions.inspections.first == Self.id(30))
        #expect(actions.changes.map { $0.0 } == [Self.id(30)])
        #expect(machine.counters.drift == 1)
    }

    /// Too many marks become one pass over everything.
    @Test mutating func `goes through everything when too much happened`() throws {
        try know([1, 2, 3])
        now = now.advanced(by: .seconds(1))
        var marks = Marks(limit: 1)
        for number in 1...3 { marks.mark(Self.id(number)) }
        _ = machine.marked(marks, at: now)
        #expect(machine.advance(to: now).isList)
        _ = machine.listed(.success(try Self.list([1, 2, 3])), at: now)
        #expect(finish().inspections.count == 3)
        #expect(machine.counters.overflows == 1)
    }

    /// B17: nothing is asked and nothing forgotten while the Engine is away; one state is told once.
    @Test mutating func `keeps what it knows while the Engine is away`() throws {
        try know([1])
        #expect(machine.lost("gone", at: 5).states == [.unreachable(reason: "gone", since: 5)])
        #expect(machine.lost("gone", at: 9).isEmpty)
        #expect(machine.lost("still gone", at: 9).states == [.unreachable(reason: "still gone", since: 5)])
        _ = machine.marked(Self.marks(dirty: [1]), at: now)
        now = now.advanced(by: .seconds(600))
        #expect(machine.advance(to: now).isEmpty)
        #expect(machine.nextStep == nil)
        #expect(machine.counters.containers == 1)
        let facts = EngineFacts(info: EngineInfo(), apiVersion: .newest)
        #expect(machine.reached(facts, at: 11).states == [.reachable(facts, since: 11)])
    }
}

extension [WatchMachine.Action] {
    fileprivate var isList: Bool { contains { if case .list = $0 { true } else { false } } }

    fileprivate var inspections: [ContainerID] {
        compactMap { if case .inspect(let id) = $0 { id } else { nil } }
    }

    fileprivate var changes: [(ContainerID, EncodedContainer?)] {
        var all: [(ContainerID, EncodedContainer?)] = []
        for case .changed(let changes) in self { all += changes }
        return all
    }

    fileprivate var reconciled: Set<ContainerID>? {
        for case .reconciled(let ids) in self { return ids }
        return nil
    }

    fileprivate var report: PassReport? {
        for case .ended(let report) in self { return report }
        return nil
    }

    fileprivate var states: [EngineState] {
        compactMap { if case .engine(let state) = $0 { state } else { nil } }
    }

    fileprivate var unreadable: [ContainerID] {
        compactMap { if case .unreadable(let id, _) = $0 { id } else { nil } }
    }
}

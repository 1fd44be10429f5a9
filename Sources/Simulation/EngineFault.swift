/// Something that goes wrong with an answer, as it does with real Engines, proxies and disks.
package enum EngineFault: Hashable, Sendable {
    /// The connection is closed without an answer.
    case close
    /// The connection is closed after so many bytes of the answer, its header included.
    case closeAfter(bytes: Int)
    /// A chunked body loses its second half and its last chunk; another body half of its bytes.
    case truncate
    /// A body without end: chunks of spaces until the client goes away.
    case endless
    /// The answer comes so much later.
    case delay(Duration)
    /// The answer comes in pieces of so many bytes, with so long between them.
    case trickle(bytes: Int, every: Duration)
    /// No answer at all until the client goes away.
    case hang
    /// This status with an error body instead of the answer.
    case status(Int)
    /// Status 200 with an HTML page instead of JSON.
    case notJSON
    /// These bytes instead of an answer, then the end.
    case raw([UInt8])

    /// Which requests a fault is for.
    package enum Target: Hashable, Sendable {
        case any, ping, version, info, list, inspect, events, logs, verb
    }
}

/// The faults that wait for their requests.
struct PlannedFaults: Sendable {
    private struct Plan {
        let fault: EngineFault
        let target: EngineFault.Target
        var times: Int
    }

    private var plans: [Plan] = []
    /// Ids that lists leave out.
    var hidden: Set<String> = []
    /// Ids that lists show and inspect does not know: they went in between.
    var vanished: Set<String> = []
    /// Events that still are to be lost without a trace.
    var eventsToLose = 0

    mutating func plan(_ fault: EngineFault, on target: EngineFault.Target, times: Int) {
        precondition(times > 0, "a fault that never happens is none")
        plans.append(Plan(fault: fault, target: target, times: times))
    }

    mutating func clear() {
        self = PlannedFaults()
    }

    /// The fault for this request, used up.
    mutating func take(for target: EngineFault.Target) -> EngineFault? {
        guard let index = plans.firstIndex(where: { $0.target == target || $0.target == .any }) else {
            return nil
        }
        defer {
            if plans[index].times == 1 { plans.remove(at: index) } else { plans[index].times -= 1 }
        }
        return plans[index].fault
    }
}

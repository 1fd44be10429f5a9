import TestSupport

/// One thing that happens in a simulated session; every choice that it makes comes from its own seed, so that any
/// selection of steps replays the same way.
enum Step: Hashable, Sendable {
    // The host
    case change(UInt64)
    case remove(UInt64)
    case storm(UInt64)
    case completeList
    // The link
    case connect
    case carryToAggregator(UInt64)
    case carryToAgent(UInt64)
    case cut(UInt64)
    case lateBytes(UInt64)
    // A hostile proxy
    case drop(UInt64)
    case duplicate(UInt64)
    case swap(UInt64)
    // Time
    case tick(UInt64)
    // The disk
    case commit(UInt64)
    // Deaths
    case crashAgent(UInt64)
    case crashAggregator
    case rollBack(UInt64)
    case loseState
    case forgetHost
}

/// Which link the schedule runs over.
enum LinkForm: String, CaseIterable, Sendable {
    /// Bytes arrive in order until the connection is cut, anywhere in a frame; both ends may die and the disk go back.
    case stream
    /// Whole frames may be dropped, repeated and reordered.
    case hostile
}

extension Step {
    /// Draws a step as it may happen over such a link.
    static func random(_ form: LinkForm, using random: inout SplitMix64) -> Step {
        let seed = random.next()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<14: return .change(seed)
        case 14..<18: return .remove(seed)
        case 18..<19: return .storm(seed)
        case 19..<22: return .completeList
        case 22..<32: return .connect
        case 32..<52: return .carryToAggregator(seed)
        case 52..<68: return .carryToAgent(seed)
        case 68..<78: return .tick(seed)
        case 78..<88: return .commit(seed)
        default: return form == .stream ? death(seed, using: &random) : interference(seed, using: &random)
        }
    }

    private static func death(_ seed: UInt64, using random: inout SplitMix64) -> Step {
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4: .cut(seed)
        case 4..<6: .lateBytes(seed)
        case 6..<8: .crashAgent(seed)
        case 8..<9: .crashAggregator
        case 9..<10: .rollBack(seed)
        case 10..<11: .loseState
        default: .forgetHost
        }
    }

    private static func interference(_ seed: UInt64, using random: inout SplitMix64) -> Step {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3: .drop(seed)
        case 3..<6: .duplicate(seed)
        case 6..<9: .swap(seed)
        default: .cut(seed)
        }
    }
}

package import OS

/// Which aggregator of a group to try, and when: a value that is told what happened, with no clock and no chance.
///
/// An earlier address is preferred to a later one. A session that held is first looked for again where it was, then
/// wherever an address is due; an address that failed rests for its own growing wait, while the others are tried at
/// once. From a later address the agent returns to an earlier one that answers again, but no sooner than `steady` after
/// it left, and each return that does not hold doubles that time, up to `ceiling`: two aggregators of which one comes
/// and goes don't toss the agent to and fro (requirement A1).
///
/// Times are milliseconds of a clock that only runs forward.
package struct Failover: Sendable {
    /// How long things last, in ms.
    package struct Pace: Hashable, Sendable {
        /// A session that lasted so long has held.
        package var held: Int64 = 10_000
        /// How long the agent stays at a later address at least, and between looks at the earlier ones.
        package var steady: Int64 = 60_000
        /// The most that `steady` grows to while returns don't hold.
        package var ceiling: Int64 = 3_600_000

        package init() {}
    }

    /// What to do now.
    package enum Step: Hashable, Sendable {
        case attempt(SocketAddress)
        /// Nothing before this time.
        case wait(until: Int64)
    }

    private struct Place: Sendable {
        let address: SocketAddress
        /// Failed attempts in a row.
        var attempt = 0
        /// Not to be tried before.
        var due = Int64.min
    }

    private let pace: Pace
    private var places: [Place] = []
    /// Tried before any other: where a session held, or where to return to.
    private var next: SocketAddress?
    /// Where the agent went by its own choice and what has not held yet.
    private var returned: SocketAddress?
    /// How long to stay before the next return.
    package private(set) var stay: Int64

    package init(_ pace: Pace = Pace()) {
        self.pace = pace
        stay = pace.steady
    }

    /// Takes the group's addresses as they are now, in order of preference; what is known of those that stay is kept.
    package mutating func update(_ addresses: [SocketAddress]) {
        guard places.map(\.address) != addresses else { return }
        places = addresses.map { address in
            places.first { $0.address == address } ?? Place(address: address)
        }
    }

    /// What to do at this time; there must be an address.
    package func step(now: Int64) -> Step {
        if let place = places.first(where: { $0.address == next }) {
            return place.due <= now ? .attempt(place.address) : .wait(until: place.due)
        }
        if let place = places.first(where: { $0.due <= now }) { return .attempt(place.address) }
        return .wait(until: places.map(\.due).min() ?? now)
    }

    /// How many attempts at this address have failed in a row.
    package func attempt(at address: SocketAddress) -> Int {
        places.first { $0.address == address }?.attempt ?? 0
    }

    /// An attempt is over.
    ///
    /// Its session was welcome for `lasted` ms, nil when it never was; the address now rests for `pause` ms.
    package mutating func ended(at address: SocketAddress, lasted: Int64?, pause: Int64, now: Int64) {
        next = nil
        if returned == address {
            returned = nil
            stay = (lasted ?? 0) >= stay ? pace.steady : min(stay * 2, pace.ceiling)
        }
        guard let index = places.firstIndex(where: { $0.address == address }) else { return }
        places[index].attempt = lasted == nil ? min(places[index].attempt + 1, 1_000) : 0
        places[index].due = now + pause
        if let lasted, lasted >= pace.held { next = address }
    }

    /// The session at one address was left for a better one, which answers.
    package mutating func returns(to address: SocketAddress, from left: SocketAddress) {
        if let index = places.firstIndex(where: { $0.address == left }) { places[index].attempt = 0 }
        if let index = places.firstIndex(where: { $0.address == address }) {
            places[index].attempt = 0
            places[index].due = Int64.min
        }
        next = address
        returned = address
    }

    /// Somebody says that things may be different now: nothing rests any more.
    package mutating func wake() {
        for index in places.indices { places[index].due = Int64.min }
    }
}

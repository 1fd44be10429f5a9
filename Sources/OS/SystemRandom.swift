internal import CSystem

/// Random numbers from the system, fit for keys and tokens (getrandom(2)).
package struct SystemRandom: RandomNumberGenerator, Sendable {
    /// Has no state; the system keeps it.
    package init() {}

    /// Eight random bytes as a number.
    package mutating func next() -> UInt64 {
        var number: UInt64 = 0
        // Up to 256 bytes are never cut short once the pool is seeded; before that only a signal interrupts.
        while unsafe bayplan_random(&number, MemoryLayout<UInt64>.size) != MemoryLayout<UInt64>.size {
            precondition(Errno.current == .interrupted, "this system has no getrandom(2)")
        }
        return number
    }

    /// So many random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

/// The number of a committed change, valid within the runs of one database; opaque to clients as `run.n`.
package struct Revision: Hashable, Sendable {
    /// 64 random bits of the aggregator process that gave the number.
    package let run: UInt64
    package let number: Int64

    package init(run: UInt64, number: Int64) {
        self.run = run
        self.number = number
    }

    /// Parses `run.n` as `description` writes it; anything else is nil.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let run = Hexadecimal.word(parts[0]),
            let number = Int64(parts[1]), number >= 0, parts[1] == String(number)
        else { return nil }
        self.init(run: run, number: number)
    }
}

extension Revision: CustomStringConvertible {
    package var description: String { "\(Hexadecimal.text(run)).\(number)" }
}

/// How many containers have a word, such as a state.
package struct WordCount: Hashable, Sendable {
    package let word: String
    package let containers: Int
}

extension FleetView {
    /// How many containers are in each state that any is in; read from the index, whatever the fleet's size.
    package var stateCounts: [WordCount] { counts(of: .state) }

    /// How many containers have each health word; those without a health check are in none of them.
    package var healthCounts: [WordCount] { counts(of: .health) }

    private func counts(of index: Snapshot.Index) -> [WordCount] {
        var counts: [WordCount] = []
        snapshot.indexes[index.rawValue].forEach { number, posting in
            counts.append(
                WordCount(
                    word: snapshot.strings[UInt32(truncatingIfNeeded: number)], containers: posting.count))
        }
        return counts.sorted { $0.word < $1.word }
    }
}

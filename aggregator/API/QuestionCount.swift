import Synchronization

/// How many questions about containers memory could answer (requirement B11).
final class QuestionCount: Sendable {
    private let answered = Atomic<Int>(0)
    private let missed = Atomic<Int>(0)

    /// Answered from memory.
    func hit() { answered.add(1, ordering: .relaxed) }

    /// Answered from disk or by the host, or not at all.
    func miss() { missed.add(1, ordering: .relaxed) }

    var hits: Int { answered.load(ordering: .relaxed) }
    var misses: Int { missed.load(ordering: .relaxed) }

    /// From 0 to 1; nil before the first question.
    var hitRate: Double? {
        let (hits, misses) = (Double(hits), Double(misses))
        return hits + misses > 0 ? hits / (hits + misses) : nil
    }
}

/// By what entries are found; a key that names nothing is refused (requirement G6).
///
/// Any key of your own conforms by saying what of it is empty; one that never is leaves that out.
package protocol FreshnessKey: Hashable, Sendable {
    /// Whether it names nothing.
    var isEmpty: Bool { get }
}

extension FreshnessKey {
    package var isEmpty: Bool { false }
}

extension String: FreshnessKey {}
extension Int: FreshnessKey {}

/// A path on a host that means itself and everything under it (requirement B9).
///
/// Compared by bytes, as the kernel does. `/srv` holds `/srv` and `/srv/www`, and not `/srv2`; `/` holds every path.
package struct PathPrefix: Hashable, Sendable {
    /// Begins with a slash, without one at the end; empty for the root.
    package let path: String

    /// Reads a path; nil unless it begins with `/`.
    ///
    /// Slashes at the end and repeated ones count once; `.` and `..` are names like any other, since what they mean
    /// is known on the host only.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.first == 0x2F else { return nil }
        path = text.split(separator: "/").map { "/" + $0 }.joined()
    }

    /// Whether something lies at this path or under it.
    package func holds(_ other: String) -> Bool {
        guard other.utf8.first == 0x2F, other.utf8.starts(with: path.utf8) else { return false }
        let rest = other.utf8.dropFirst(path.utf8.count)
        return rest.isEmpty || rest.first == 0x2F
    }
}

extension PathPrefix: CustomStringConvertible {
    package var description: String { path.isEmpty ? "/" : path }
}

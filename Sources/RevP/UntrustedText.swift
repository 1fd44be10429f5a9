/// Text that whoever may start a container wrote; to print it shows a harmless excerpt.
package struct UntrustedText: Hashable, Sendable {
    /// The text as it came; nothing may be said of it.
    package let unchecked: String

    /// Any text.
    package init(_ text: String) { unchecked = text }

    /// How many characters an excerpt shows.
    private static let limit = 64

    /// At most 64 printable ASCII characters of a text; whatever else it holds is written as `\u{…}`.
    ///
    /// Safe in a terminal, a log, a page and a sentence; letters that look alike become different.
    package static func excerpt(_ text: String) -> String {
        var shown = ""
        var room = limit
        for scalar in text.unicodeScalars {
            guard room > 0 else { return shown + "..." }
            room -= 1
            switch scalar.value {
            case 0x5C: shown += "\\\\"
            case 0x20..<0x7F: shown.unicodeScalars.append(scalar)
            default: shown += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return shown
    }
}

extension UntrustedText: CustomStringConvertible {
    /// The harmless excerpt, so that nothing can print more by accident.
    package var description: String { Self.excerpt(unchecked) }
}

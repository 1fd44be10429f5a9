import Template

/// Makes text of strangers fit to be shown: on one line, with nothing in it that a terminal obeys.
///
/// Names, labels and addresses come from whoever runs a container anywhere in the fleet. An escape sequence
/// in one of them could rewrite the screen, a direction mark could swap what is read, a newline could fake a
/// row.
package enum TerminalText {
    /// The text with control characters, format characters (direction marks among them), line ends and what
    /// is not a character made visible as `\n`, `\x1b` or `\u202e`.
    package static func safe(_ text: String) -> String {
        if text.isPlain { return text }
        if text.unicodeScalars.allSatisfy({ $0.isPrintable }) { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isPrintable || scalar.properties.generalCategory == .spaceSeparator {
                shown.append(scalar)
            } else {
                shown.append(contentsOf: scalar.goEscape.unicodeScalars)
            }
        }
        return String(shown)
    }

    /// Safe text of at most so many columns; what is cut off is marked by `…`.
    package static func shortened(_ text: String, to limit: Int) -> String {
        guard DisplayWidth.of(text) > limit else { return text }
        var kept = String.UnicodeScalarView()
        var width = 0
        for scalar in text.unicodeScalars {
            width += DisplayWidth.of(scalar)
            if width > limit - 1 { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }
}

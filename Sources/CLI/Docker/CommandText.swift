import Template

/// A command line as docker shows it: in Go's quotes, cut to 20 columns unless `isWhole`.
package func commandText(entrypoint: [String], command: [String], isWhole: Bool) -> String {
    var text = ""
    for words in [entrypoint, command] {
        for word in words {
            if text.isEmpty {
                text = word
            } else {
                // The Engine puts quotes around arguments with blanks, but not around the program itself.
                text += word.utf8.contains(0x20) ? " '\(word)'" : " \(word)"
            }
        }
    }
    return goQuoted(isWhole ? text : ellipsis(text, width: 20))
}

/// Cuts text to a width in columns with `…` at the end, as the docker CLI's `Ellipsis`.
package func ellipsis(_ text: String, width limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    if text.isPlain { return String(text.utf8.prefix(limit - 1)).map { $0 + "…" } ?? text }
    var kept = String.UnicodeScalarView()
    var width = 0
    var cut: String?
    for scalar in text.unicodeScalars {
        width += DisplayWidth.isWide(scalar) ? 2 : 1
        if width > limit - 1, cut == nil { cut = String(kept) + "…" }
        if width > limit { return cut ?? text }
        kept.append(scalar)
    }
    return text
}

/// Text in double quotes with Go's escapes (`strconv.Quote`): what isn't printable becomes `\n`, `\x1b`,
/// `\u202e`.
package func goQuoted(_ text: String) -> String {
    if !text.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C }),
        text.unicodeScalars.allSatisfy({ $0.isPrintable })
    {
        return "\"\(text)\""
    }
    return quoted(Array(text.utf8))
}

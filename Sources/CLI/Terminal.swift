import Glibc

/// What the screen behind standard output can do.
package struct Terminal: Sendable {
    /// Columns; nil when the system doesn't know.
    package let width: Int?

    /// Lines; nil when the system doesn't know.
    package let height: Int?

    /// Whether colours are wanted: not with `NO_COLOR` or `TERM=dumb` (no-color.org).
    package let hasColour: Bool

    /// A terminal.
    package init(width: Int?, height: Int? = nil, hasColour: Bool) {
        self.width = width
        self.height = height
        self.hasColour = hasColour
    }

    /// The terminal behind a descriptor; nil when it is a file or a pipe.
    package static func behind(_ number: CInt, environment: (String) -> String?) -> Terminal? {
        guard isatty(number) == 1 else { return nil }
        var size = winsize()
        let isKnown = unsafe ioctl(number, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let forbidden = environment("NO_COLOR").map { !$0.isEmpty } ?? false
        return Terminal(
            width: isKnown ? Int(size.ws_col) : nil,
            height: isKnown && size.ws_row > 0 ? Int(size.ws_row) : nil,
            hasColour: !forbidden && environment("TERM") != "dumb")
    }
}

/// A colour of the terminal's own palette.
enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case grey = "90"

    /// Text in this colour, the colour ended after it.
    func paint(_ text: String) -> String { "\u{1b}[\(rawValue)m\(text)\u{1b}[0m" }
}

internal import Inventory

/// What a container's network namespace has received and sent, in bytes (`/proc/PID/net/dev`, proc(5)).
package struct NetworkTotals: Hashable, Sendable {
    package var received: Int64?
    package var sent: Int64?

    /// Sums all interfaces but `lo`; nil when the text is none of that file.
    ///
    /// Each line is `  eth0: ` with eight numbers of what came in and eight of what went out, of which the first is bytes.
    package init?(_ text: Span<UInt8>) {
        var place = 0
        // Two lines of headings.
        for _ in 0..<2 { KernelText.skipLine(text, &place) }
        guard place > 0, text[place - 1] == KernelText.newline else { return nil }
        var received: Int64? = 0
        var sent: Int64? = 0
        while place < text.count {
            KernelText.skipSpaces(text, &place)
            let start = place
            while place < text.count, text[place] != UInt8(ascii: ":"), text[place] != KernelText.newline {
                place += 1
            }
            guard place < text.count, text[place] == UInt8(ascii: ":") else { return nil }
            let isLoopback =
                place - start == 2 && text[start] == UInt8(ascii: "l") && text[start + 1] == UInt8(ascii: "o")
            place += 1
            if !isLoopback {
                received = received.adding(Self.column(0, text, &place))
                sent = sent.adding(Self.column(7, text, &place))
            }
            KernelText.skipLine(text, &place)
        }
        self.received = received
        self.sent = sent
    }

    /// The number after so many others.
    private static func column(_ skipped: Int, _ text: Span<UInt8>, _ place: inout Int) -> Int64? {
        for _ in 0..<skipped {
            KernelText.skipSpaces(text, &place)
            KernelText.skipWord(text, &place)
        }
        KernelText.skipSpaces(text, &place)
        return KernelText.number(text, at: &place)
    }
}

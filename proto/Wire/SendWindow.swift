/// The counted frames under way without an acknowledgement, bounded in number and bytes.
package struct SendWindow: Hashable, Sendable {
    private let frames: Int64
    private let bytes: Int64
    /// The number of the last frame sent.
    package private(set) var sequence: Int64 = 0
    private var acknowledged: Int64 = 0
    private var sizes: [Int] = []
    private var inFlight: Int64 = 0

    package init(frames: Int64, bytes: Int64) {
        self.frames = frames
        self.bytes = bytes
    }

    /// Whether another frame may go; an empty window takes one of any size.
    package var isOpen: Bool {
        sizes.isEmpty || (Int64(sizes.count) < frames && inFlight < bytes)
    }

    /// The number that the next frame gets.
    package var nextSequence: Int64 { sequence + 1 }

    /// A frame with `nextSequence` went out.
    package mutating func sent(bytes count: Int) {
        sequence += 1
        sizes.append(count)
        inFlight += Int64(count)
    }

    /// The peer processed the first `count` frames; false when it claims more than were sent.
    package mutating func acknowledge(_ count: Int64) -> Bool {
        guard count <= sequence else { return false }
        guard count > acknowledged else { return true }
        let released = Int(count - acknowledged)
        inFlight -= sizes.prefix(released).reduce(0) { $0 + Int64($1) }
        sizes.removeFirst(released)
        acknowledged = count
        return true
    }
}

internal import OS

/// Gives memory back to the system that only starting or a burst needed.
package struct HeapTrimming: Service {
    /// Rarely enough to cost nothing, soon enough that nobody wonders where the memory went.
    private static let pause = Duration.seconds(30)

    package init() {}

    /// Trims now and then until it is cancelled; the first time it lets go of what only starting needed, too.
    package func run() async throws {
        try await BootClock().sleep(for: Self.pause)
        ThisProcess.releaseStartPages()
        while true {
            ThisProcess.trimHeap()
            try await BootClock().sleep(for: Self.pause)
        }
    }
}

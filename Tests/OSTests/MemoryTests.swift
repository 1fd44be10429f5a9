import OS
import Testing

@Suite struct `A process's memory` {
    /// The agent stays small: what only starting needed goes.
    @Test func `shrinks when what only starting needed is let go, and everything works on`() throws {
        let before = try ProcessMemory.current()
        ThisProcess.releaseStartPages()
        let after = try ProcessMemory.current()
        #expect(after.resident - after.anonymous < before.resident - before.anonymous)
        // Constants and code come back from the file, relocated data never went.
        #expect(try SocketAddress("[::1]:4680").description == "[::1]:4680")
        #expect(Backoff(base: .seconds(1), ceiling: .seconds(2)).ceiling == .seconds(2))
    }
}

import OS
import Testing

/// Requirement C7: process metrics.
@Suite struct `The figures of a process` {
    @Test func `are read whatever its program is called`() throws {
        let rest = "S 1 1 1 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 4 0 1000 8192000 300 18446744073709551615"
        let figures = try #require(
            ProcessFigures(
                own: "77 (a) b) ( ) \(rest)", system: "cpu 1\nbtime 1700000000\nprocesses 3\n", ticks: 100,
                page: 4_096,
                openDescriptors: 5, descriptorLimit: 9))
        #expect(figures.cpuSeconds == 3)
        #expect(figures.started == 1_700_000_010)
        #expect(figures.virtual == 8_192_000)
        #expect(figures.resident == 300 * 4_096)
    }

    @Test(arguments: ["", "77 (a", "77 (a) S 1", "1 (a) S a b c d e f g h i j k l m n o p q r s t u v w x y"])
    func `are none when the file is broken`(text: String) {
        let figures = ProcessFigures(
            own: text, system: "btime 1\n", ticks: 100, page: 4_096, openDescriptors: 1, descriptorLimit: 1)
        #expect(figures == nil)
    }

    @Test func `are those of this process`() throws {
        let figures = try #require(ProcessFigures.current())
        #expect(figures.resident > 1 << 20 && figures.virtual >= figures.resident)
        #expect(figures.openDescriptors >= 3 && figures.openDescriptors <= figures.descriptorLimit)
        let age = Double(WallClock.now()) / 1_000 - figures.started
        #expect(age > -2 && age < 86_400 * 30)
    }
}

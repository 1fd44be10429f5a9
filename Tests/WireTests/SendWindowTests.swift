import Testing
import Wire

/// Requirement A6: what is under way is bounded in number and bytes.
@Suite struct `A send window` {
    @Test func `takes a frame of any size when it is empty`() {
        var window = SendWindow(frames: 4, bytes: 10)
        #expect(window.isOpen)
        window.sent(bytes: 1_000_000)
        #expect(!window.isOpen)
        #expect(window.acknowledge(1) == true)
        #expect(window.isOpen)
    }

    @Test func `closes at its number of frames`() {
        var window = SendWindow(frames: 2, bytes: 1_000)
        window.sent(bytes: 1)
        #expect(window.isOpen)
        window.sent(bytes: 1)
        #expect(!window.isOpen)
    }

    @Test func `closes at its bytes and opens as they are acknowledged`() {
        var window = SendWindow(frames: 100, bytes: 10)
        for _ in 0..<3 { window.sent(bytes: 4) }
        #expect(!window.isOpen)
        #expect(window.acknowledge(1) == true)
        #expect(window.isOpen)
        window.sent(bytes: 4)
        #expect(!window.isOpen)
    }

    @Test func `counts frames from one`() {
        var window = SendWindow(frames: 2, bytes: 10)
        #expect(window.sequence == 0)
        #expect(window.nextSequence == 1)
        window.sent(bytes: 1)
        #expect(window.sequence == 1)
    }

    @Test func `lets an old acknowledgement change nothing`() {
        var window = SendWindow(frames: 2, bytes: 10)
        window.sent(bytes: 5)
        window.sent(bytes: 5)
        #expect(window.acknowledge(2) == true)
        #expect(window.acknowledge(1) == true)
        #expect(window.acknowledge(0) == true)
        window.sent(bytes: 5)
        #expect(window.isOpen)
    }

    @Test func `refuses an acknowledgement of what was never sent`() {
        var window = SendWindow(frames: 2, bytes: 10)
        window.sent(bytes: 5)
        #expect(window.acknowledge(2) == false)
        #expect(window.acknowledge(1) == true)
    }
}

/// Requirement A7: silent after three intervals, and never because we ourselves were stopped.
@Suite struct `A silence watch` {
    /// The first tick, a quarter of an interval each, at which the peer counts as silent.
    private func silentAt(_ watch: SilenceWatch, from start: Int64, limit: Int64 = 6_000) -> Int64? {
        var watch = watch
        return stride(from: start, through: start + 20_000, by: 500).first {
            watch.isSilent(now: $0, limit: limit)
        }
    }

    @Test func `finds a peer silent after its limit and not before`() {
        #expect(silentAt(SilenceWatch(now: 1_000), from: 1_000) == 7_500)
    }

    @Test func `starts anew at every frame`() {
        var watch = SilenceWatch(now: 0)
        for now in stride(from: Int64(0), through: 30_000, by: 500) {
            if now % 5_000 == 0 { watch.heard(now: now) }
            #expect(watch.isSilent(now: now, limit: 6_000) == false)
        }
        #expect(silentAt(watch, from: 30_500) == 36_500)
    }

    @Test func `restarts when its own tick comes late`() {
        var watch = SilenceWatch(now: 0)
        #expect(watch.isSilent(now: 500, limit: 6_000) == false)
        // The machine slept for an hour; the peer may have spoken all the time.
        #expect(watch.isSilent(now: 3_600_500, limit: 6_000) == false)
        #expect(silentAt(watch, from: 3_601_000) == 3_607_000)
    }
}

import OS
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A mailbox` {
    @Test func `hands elements over in order`() async {
        let mailbox = Mailbox<Int>(limit: 100, whenFull: .refuse)
        for number in 0..<100 { #expect(mailbox.post(number) == .kept) }
        mailbox.finish()
        var received: [Int] = []
        for await number in mailbox { received.append(number) }
        #expect(received == Array(0..<100))
        #expect(mailbox.post(1) == .finished)
    }

    @Test func `says what was lost when it is full`() {
        let oldest = Mailbox<Int>(limit: 3, whenFull: .dropOldest)
        #expect((1...5).map { oldest.post($0) } == [.kept, .kept, .kept, .droppedAnother, .droppedAnother])
        #expect(oldest.takeAll() == [3, 4, 5])
        let newest = Mailbox<Int>(limit: 3, whenFull: .dropNewest)
        #expect((1...5).map { newest.post($0) }.last == .droppedAnother)
        #expect(newest.takeAll() == [1, 2, 5])
        let refusing = Mailbox<Int>(limit: 3, whenFull: .refuse)
        #expect((1...5).map { refusing.post($0).isLoss } == [false, false, false, true, true])
        #expect(refusing.takeAll(atMost: 2) == [1, 2])
        #expect(refusing.count == 1)
    }

    @Test func `wakes its waiting consumer`() async throws {
        let mailbox = Mailbox<Int>(limit: 1, whenFull: .refuse)
        async let next = mailbox.next()
        try await BootClock().sleep(for: .milliseconds(5))
        #expect(mailbox.post(7) == .kept)
        #expect(await next == 7)
    }

    @Test func `loses nothing when its consumer is cancelled`() async throws {
        let mailbox = Mailbox<Int>(limit: 16, whenFull: .refuse)
        let total = 2_000
        let poster = Task {
            for number in 0..<total {
                while mailbox.post(number) == .refused { await Task.yield() }
            }
        }
        var received: [Int] = []
        while received.count < total {
            let consumer = Task { () -> [Int] in
                var taken: [Int] = []
                while let number = await mailbox.next() { taken.append(number) }
                return taken
            }
            await Task.yield()
            consumer.cancel()
            received += await consumer.value
        }
        await poster.value
        #expect(received == Array(0..<total))
    }
}

@Suite struct `A back-off` {
    let backoff = Backoff(base: .seconds(2), ceiling: .seconds(10))

    /// Rows B14 and C4.
    @Test(arguments: 0..<200) func `stays between half and all of what doubled, up to its ceiling`(
        attempt: Int
    ) {
        var random = SplitMix64(seed: UInt64(attempt))
        let full = min(Duration.seconds(10), .seconds(2) * (1 << min(attempt, 16)))
        for _ in 0..<20 {
            let delay = backoff.delay(attempt: attempt, using: &random)
            #expect(delay >= full / 2 && delay <= full)
        }
    }

    /// Row B14: many agents that lost their aggregator at once do not come back at once.
    @Test func `spreads those who failed together`() {
        var random = SplitMix64(seed: 1)
        let delays = (0..<100).map { _ in backoff.delay(attempt: 0, using: &random).wholeMilliseconds }
        #expect(Set(delays).count > 80)
    }

    @Test func `bounds attempts below zero and far above`() {
        var random = SystemRandom()
        #expect(backoff.delay(attempt: -1, using: &random) <= .seconds(2))
        #expect(backoff.delay(attempt: .max, using: &random) <= .seconds(10))
    }
}

@Suite struct `A deadline` {
    let start = BootClock.Instant(nanoseconds: 1_000)

    @Test func `has a rest, passes, and compares`() {
        let deadline = Deadline.after(.nanoseconds(5), from: start)
        #expect(deadline.remaining(at: start) == .nanoseconds(5))
        #expect(deadline.remaining(at: start.advanced(by: .seconds(1))) == .zero)
        #expect(!deadline.hasPassed(at: start))
        #expect(deadline.hasPassed(at: start.advanced(by: .nanoseconds(5))))
        #expect(deadline < .never)
        #expect(!(Deadline.never < deadline))
        #expect(Deadline.never.remaining(at: start) == nil)
        #expect(!Deadline.never.hasPassed(at: BootClock.Instant(nanoseconds: .max)))
    }

    @Test func `saturates instead of trapping`() {
        #expect(Deadline.after(.seconds(Int64.max), from: start).instant?.nanoseconds == .max)
        #expect(BootClock.Instant(nanoseconds: -1).advanced(by: .seconds(Int64.min)).nanoseconds == .min)
    }

    @Test func `a sleep on the boot clock ends when cancelled`() async throws {
        let task = Task { try await BootClock().sleep(for: .seconds(600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let before = BootClock.now
        try await BootClock().sleep(for: .milliseconds(2))
        #expect(before.duration(to: BootClock.now) >= .milliseconds(2))
    }
}

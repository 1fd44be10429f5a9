import Lifecycle
import Log
import OS
import Synchronization
import Wire

extension Uplink {
    /// Carries one session over a fresh connection, until either ends.
    ///
    /// `better` are the places that are preferred to this one, to which it goes back when one answers.
    func carry(
        _ stream: any ByteStream, _ place: AggregatorGroup.Place, better: [AggregatorGroup.Place]
    ) async -> Attempt {
        returning.withLock { $0 = nil }
        link.begin(credential: place.credential, now: BootClock.now)
        // `stop` may have come before there was a session to leave.
        if isOver { link.leave(reason: Self.farewell) }
        let welcomed = Mark()
        let broken = await withTaskGroup(of: HostLink.Ending?.self) { group in
            group.addTask(name: "reader") { await self.read(stream, welcomed) }
            group.addTask(name: "writer") { await self.write(stream, place.address) }
            group.addTask(name: "clock") { await self.keepTime() }
            if !better.isEmpty { group.addTask(name: "return") { await self.seek(better, from: place) } }
            let first = await group.next() ?? nil
            stream.close()
            group.cancelAll()
            return first ?? HostLink.Ending(reason: "the session ended")
        }
        let outcome = link.end()
        for note in outcome.notes { report(note, place.address) }
        let lasted = welcomed.time.map { BootClock.now.milliseconds - $0 }
        return Attempt(
            ending: outcome.ending ?? broken, lasted: outcome.wasWelcomed ? lasted ?? 0 : nil,
            next: returning.withLock { $0 })
    }

    private func read(_ stream: any ByteStream, _ welcomed: Mark) async -> HostLink.Ending {
        var decoder = FrameDecoder()
        do {
            while true {
                // Silence is the session's to judge; this only keeps a dead read from waiting for ever.
                let bytes = try await stream.read(atMost: 64 << 10, deadline: .after(.seconds(3_600)))
                guard !bytes.isEmpty else {
                    return HostLink.Ending(reason: "the aggregator closed the connection")
                }
                decoder.append(bytes)
                while let body = try decoder.next() {
                    link.received(try Message(parsing: body), now: BootClock.now)
                    if link.isWelcomed {
                        decoder.limit = FrameDecoder.sessionLimit
                        welcomed.set(BootClock.now.milliseconds)
                    }
                }
            }
        } catch {
            return HostLink.Ending(reason: "\(error)")
        }
    }

    /// Writes what the session has to say; returns once it wants the connection closed.
    private func write(_ stream: any ByteStream, _ address: SocketAddress) async -> HostLink.Ending {
        while !Task.isCancelled {
            let output = link.takeOutput()
            for note in output.notes { report(note, address) }
            if !output.bytes.isEmpty {
                do {
                    try await stream.write(output.bytes, deadline: .after(Self.patience))
                } catch {
                    return HostLink.Ending(reason: "\(error)")
                }
            }
            if output.isLast { break }
            await link.waitForOutput()
        }
        return HostLink.Ending(reason: "the session ended")
    }

    /// Lets the session look at the clock; a goodbye that a stuck peer doesn't take is given up here.
    private func keepTime() async -> HostLink.Ending {
        var leaving: BootClock.Instant?
        while !Task.isCancelled {
            try? await BootClock().sleep(for: link.tick)
            let now = BootClock.now
            link.tick(now: now, wall: WallClock.now())
            progress.touch(at: now)
            guard isOver else { continue }
            let since = leaving ?? now
            leaving = since
            if since.duration(to: now) >= Self.farewellPatience { break }
        }
        return HostLink.Ending(reason: "the session ended")
    }

    /// Looks now and then whether a better place answers, and then leaves this one for it.
    private func seek(_ better: [AggregatorGroup.Place], from place: AggregatorGroup.Place) async
        -> HostLink.Ending
    {
        var random = SystemRandom()
        while !Task.isCancelled {
            let stay = failover.withLock { $0.stay }
            // By chance a little later, so that a fleet doesn't come back at one instant.
            let wait = stay + Int64.random(in: 0...max(1, stay / 4), using: &random)
            do {
                try await BootClock().sleep(for: .milliseconds(wait))
            } catch {
                break
            }
            guard link.isWelcomed else { continue }
            for candidate in better {
                guard case .success(let stream) = await candidate.connect(within: .seconds(5)) else {
                    continue
                }
                stream.close()
                guard !Task.isCancelled, !isOver else { break }
                returning.withLock { $0 = candidate.address }
                failover.withLock { $0.returns(to: candidate.address, from: place.address) }
                log(
                    .info, "the preferred aggregator answers again; going back to it",
                    ["aggregator": "\(candidate.address)", "left": "\(place.address)"])
                link.leave(reason: "the agent goes back to \(candidate.address)")
                try? await BootClock().sleep(for: Self.farewellPatience)
                return HostLink.Ending(reason: "the agent went back to \(candidate.address)")
            }
        }
        return HostLink.Ending(reason: "the session ended")
    }

    private func report(_ note: HostLink.Note, _ address: SocketAddress) {
        let log = log.with("aggregator", "\(address)")
        switch note {
        case .welcomed(let session): log(.info, "reporting to the aggregator", ["session": "\(session)"])
        case .remark(let text): log(.warning, "the aggregator remarked", ["remark": text])
        }
    }
}

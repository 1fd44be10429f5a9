internal import Docker
internal import Log
internal import OS
internal import Synchronization

extension EngineWatcher {
    /// Notices an Engine that stands still: its socket takes connections, and nothing ever comes (requirement B17).
    ///
    /// What it had told keeps its age meanwhile, and nothing else waits for it.
    func feelPulse() async {
        var misses = 0
        while !Task.isCancelled {
            do {
                try await BootClock().sleep(for: settings.pulse)
            } catch {
                return
            }
            // Without an event stream somebody is at the door already.
            guard stream.withLock({ $0 != nil }) else {
                misses = 0
                continue
            }
            do throws(DockerError) {
                try await engine.ping(deadline: .after(settings.pulse))
                misses = 0
            } catch {
                guard error.kind != .cancelled else { continue }
                misses += 1
                inbox.withLock { $0.connectionErrors += 1 }
                log(.debug, "the Engine missed a beat", ["misses": "\(misses)", "cause": error.sentence])
                guard misses >= settings.attempts else { continue }
                misses = 0
                inbox.withLock { $0.contact = .lost(reason: error.sentence) }
                wake.ring()
                stream.withLock { $0 }?.close()
            }
        }
    }
}

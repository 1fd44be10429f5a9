internal import Dispatch
internal import Glibc
package import Log
package import OS

/// Runs the services of a program until a signal, or until one of them ends; then ends all in an orderly way.
///
/// Row B20: SIGTERM or SIGINT asks the services to stop, one after the other in their order; what still runs after
/// `grace` is cancelled. A second such signal cancels at once. SIGHUP calls `reload`.
package struct Program: Sendable {
    /// Why the program ended.
    package enum Outcome: Hashable, Sendable {
        /// It was asked to.
        case signalled(Signal)
        /// This service's `run` returned by itself.
        case ended(String)
    }

    private let services: [any Service]
    private let log: Log
    private let grace: Duration
    private let reload: @Sendable () async -> Void
    private let abandon: @Sendable ([String]) -> Void

    /// Prepares; `run` is the program's life.
    ///
    /// - Parameters:
    ///   - services: In the order in which they are stopped: doors first, storage last.
    ///   - log: Says when it starts to stop and why.
    ///   - grace: How long stopping may take before everything is cancelled.
    ///   - reload: What SIGHUP does.
    ///   - abandon: Called with the names of services that ignore even cancellation for another `grace`; by
    ///     default it logs them and ends the process with status 1.
    package init(
        _ services: [any Service], log: Log, grace: Duration = .seconds(5),
        reload: @escaping @Sendable () async -> Void = {}, abandon: (@Sendable ([String]) -> Void)? = nil
    ) {
        self.services = services
        self.log = log
        self.grace = grace
        self.reload = reload
        self.abandon =
            abandon ?? { names in
                log(.error, "ended hard: services did not stop", ["services": names.joined(separator: ", ")])
                _exit(1)
            }
    }

    /// Runs all services, and returns when all have ended.
    ///
    /// - Throws: What the first service that failed threw, after the others were stopped.
    package func run() async throws -> Outcome {
        try await withSignals { signals in
            try await self.run(signals)
        }
    }

    /// As the other `run`, with signals from elsewhere.
    ///
    /// - Throws: What the first service that failed threw, after the others were stopped.
    package func run(_ signals: Mailbox<Signal>) async throws -> Outcome {
        let roll = Roll(services.map(\.name))
        let result = await withTaskGroup(of: Event.self) { group in
            for (index, service) in services.enumerated() {
                group.addTask(name: service.name) { await life(of: service, index, roll) }
            }
            group.addTask(name: "signals") { .signal(await signals.next()) }
            var course = Course(left: services.count)
            defer { course.watchdog?.cancel() }
            while course.left > 0, let event = await group.next() {
                if case .signal(.some) = event {
                    group.addTask(name: "signals") { .signal(await signals.next()) }
                }
                switch decide(event, &course, roll) {
                case .nothing: break
                case .reload: startReload(&group)
                case .stop: startStop(&group, roll)
                case .cancel: startCancel(&group, &course, roll)
                }
            }
            group.cancelAll()
            return course.result
        }
        return try result.get()
    }

    private enum Event: Sendable {
        case signal(Signal?)
        case ended(Int, (any Error)?)
        case reloaded
        case stopped
        case graceOver
    }

    private enum Action {
        case nothing, reload, stop, cancel
    }

    private func decide(_ event: Event, _ course: inout Course, _ roll: Roll) -> Action {
        switch event {
        case .signal(nil), .stopped:
            return .nothing
        case .signal(.hangUp?):
            return course.mayReload() ? .reload : .nothing
        case .reloaded:
            return course.reloaded() ? .reload : .nothing
        case .signal(let signal?):
            guard course.result.isUndecided else {
                log(.warning, "stopping at once", ["signal": signal.name])
                return .cancel
            }
            log(.info, "stopping", ["signal": signal.name])
            course.result = .outcome(.signalled(signal))
            return .stop
        case .graceOver:
            log(.warning, "stopping took too long", ["running": roll.running.joined(separator: ", ")])
            return .cancel
        case .ended(let index, let error):
            return ended(services[index].name, error, &course)
        }
    }

    private func ended(_ name: String, _ error: (any Error)?, _ course: inout Course) -> Action {
        course.left -= 1
        let isFirst = course.result.isUndecided
        if let error, isFirst || !(error is CancellationError) {
            log(.error, "a service failed", ["service": name, "error": "\(error)"])
            if case .failure = course.result {} else { course.result = .failure(error) }
        } else if isFirst {
            log(.info, "a service ended", ["service": name])
            course.result = .outcome(.ended(name))
        }
        return isFirst ? .stop : .nothing
    }

    /// Runs a service; the roll can cancel it alone.
    private func life(of service: any Service, _ index: Int, _ roll: Roll) async -> Event {
        let error = await withTaskGroup(of: Ending?.self) { group in
            group.addTask(name: service.name) {
                do {
                    try await service.run()
                    return Ending(error: nil)
                } catch {
                    return Ending(error: error)
                }
            }
            group.addTask(name: "\(service.name) cancellation") {
                await roll.waitForCancellation(of: index)
                return nil
            }
            defer { group.cancelAll() }
            while let ending = await group.next() {
                if let ending { return ending.error }
                group.cancelAll()
            }
            return nil
        }
        roll.ended(index)
        return .ended(index, error)
    }

    private func startReload(_ group: inout TaskGroup<Event>) {
        log(.info, "reading the configuration again")
        group.addTask(name: "reload") { [reload] in
            await reload()
            return .reloaded
        }
    }

    /// Ends the services one after the other, each when the one before has ended.
    private func startStop(_ group: inout TaskGroup<Event>, _ roll: Roll) {
        group.addTask(name: "stop") { [services] in
            for (index, service) in services.enumerated() where roll.isRunning(index) {
                if let service = service as? any Stoppable {
                    await service.stop()
                } else {
                    roll.cancel(index)
                }
                await roll.waitForEnd(of: index)
            }
            return .stopped
        }
        group.addTask(name: "grace") { [grace] in
            do {
                try await BootClock().sleep(for: grace)
                return .graceOver
            } catch {
                return .stopped
            }
        }
    }

    private func startCancel(_ group: inout TaskGroup<Event>, _ course: inout Course, _ roll: Roll) {
        guard course.watchdog == nil else { return }
        group.cancelAll()
        let watchdog = DispatchWorkItem { [abandon] in abandon(roll.running) }
        let nanoseconds = Int(clamping: grace.saturatedNanoseconds)
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds), execute: watchdog)
        course.watchdog = watchdog
    }
}

/// How one service ended.
private struct Ending: Sendable {
    let error: (any Error)?
}

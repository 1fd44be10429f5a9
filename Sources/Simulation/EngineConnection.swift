import OS
import Synchronization

/// One client's connection: requests and answers in turn, until it or a fault ends it.
struct EngineConnection: Sendable {
    private let engine: SimulatedEngine
    private let stream: SocketStream
    /// How long a client may take to read what was written.
    private static let patience = Duration.seconds(60)

    init(_ engine: SimulatedEngine, _ stream: SocketStream) {
        self.engine = engine
        self.stream = stream
    }

    func run() async {
        defer { stream.close() }
        var input = RequestInput(stream)
        do {
            while let request = try await input.nextRequest() {
                guard try await serve(request) else { return }
            }
        } catch {
            // The client went away or does not speak HTTP: there is nobody to tell.
        }
    }

    /// Whether the connection may carry another request.
    private func serve(_ request: EngineRequest) async throws -> Bool {
        let fault = engine.shared.withLock { $0.faults.take(for: request.target) }
        switch fault {
        case .close: return false
        case .hang:
            while try await !stream.read(atMost: 4_096, deadline: .never).isEmpty {}
            return false
        case .delay(let duration): try await Task.sleep(for: duration)
        case .raw(let bytes):
            try await send(bytes)
            return false
        case .status(let status):
            return try await send(.refusal(EngineRefusal(status, "simulated failure")), to: request, nil)
        case .notJSON:
            let page = Array("<html><body>Bad Gateway</body></html>\n".utf8)
            return try await send(EngineAnswer(status: 200, body: .whole(page)), to: request, nil)
        default: break
        }
        return try await send(engine.answer(request), to: request, fault)
    }

    private func send(_ answer: EngineAnswer, to request: EngineRequest, _ fault: EngineFault?) async throws
        -> Bool
    {
        let facts = engine.facts
        let header = answer.header(
            api: facts.apiVersion, server: facts.serverVersion, at: engine.now(), closes: request.closes)
        switch answer.body {
        case .events(let subscription, let until):
            try await send(header)
            return try await follow(subscription, until: until, fault)
        case .exit(let subscription):
            try await send(header)
            return try await waitForExit(subscription)
        case .log(let reading):
            try await send(header)
            return try await send(reading, fault)
        case .none, .whole, .chunked: break
        }
        var bytes = header
        if request.method != "HEAD" {
            switch answer.body {
            case .whole(let body): bytes += body
            case .chunked(let body):
                // The Engine's chunks have about this size.
                for start in stride(from: 0, to: body.count, by: 32_768) {
                    bytes += EngineAnswer.chunk(body[start..<min(start + 32_768, body.count)])
                }
                bytes += EngineAnswer.lastChunk
            case .none, .events, .exit, .log: break
            }
        }
        switch fault {
        case .closeAfter(let count):
            try await send(Array(bytes.prefix(count)))
            return false
        case .truncate:
            try await send(Array(bytes.prefix(header.count + (bytes.count - header.count) / 2)))
            return false
        case .trickle(let count, let pause):
            for start in stride(from: 0, to: bytes.count, by: max(1, count)) {
                try await send(Array(bytes[start..<min(start + max(1, count), bytes.count)]))
                try await Task.sleep(for: pause)
            }
            return !request.closes
        case .endless:
            try await send(answer.endlessHeader(facts, at: engine.now()))
            while true { try await send(EngineAnswer.chunk([UInt8](repeating: 0x20, count: 32_768))) }
        default:
            try await send(bytes)
            return !request.closes
        }
    }

    /// Sends events as they come, until the time is over, the streams are dropped, or the client goes away.
    private func follow(_ subscription: Subscription, until: Int64?, _ fault: EngineFault?) async throws
        -> Bool
    {
        defer { _ = engine.unsubscribe(subscription) }
        var budget = Int.max
        if case .closeAfter(let bytes) = fault { budget = bytes }
        for event in subscription.replayed { try await send(event, &budget) }
        let rest = until.map { $0 - engine.now() }
        if let rest, rest <= 0 {
            if case .truncate = fault { return false }
            try await send(EngineAnswer.lastChunk)
            return true
        }
        await withClientWatched(subscription) { group in
            if let rest {
                group.addTask(name: "engine events' end") {
                    try? await Task.sleep(for: .nanoseconds(rest))
                    subscription.events.finish()
                }
            }
            while budget > 0, let event = await subscription.events.next() {
                do { try await send(event, &budget) } catch { break }
            }
        }
        let isWhole = engine.unsubscribe(subscription) && budget > 0
        if isWhole, rest != nil { try await send(EngineAnswer.lastChunk) }
        return false
    }

    /// Sends a log's lines at the client's pace, and waits at its end if the client follows it.
    private func send(_ reading: SimulatedLogReading, _ fault: EngineFault?) async throws -> Bool {
        engine.shared.withLock { $0.logReaders += 1 }
        defer { engine.shared.withLock { $0.logReaders -= 1 } }
        if let bytes = reading.log.bytes {
            try await send(EngineAnswer.chunk(bytes) + EngineAnswer.lastChunk)
            return true
        }
        var budget = Int.max
        if case .closeAfter(let bytes) = fault { budget = bytes }
        var number = reading.first
        while number < reading.log.lines {
            var batch: [UInt8] = []
            while number < reading.log.lines, batch.count < 32_768 {
                batch += reading.log.frame(number)
                number += 1
            }
            try await send(Array(EngineAnswer.chunk(batch).prefix(budget)))
            budget -= min(budget, batch.count)
            if budget == 0 { return false }
        }
        guard reading.follows else {
            try await send(EngineAnswer.lastChunk)
            return true
        }
        while try await !stream.read(atMost: 4_096, deadline: .never).isEmpty {}
        return false
    }

    private func waitForExit(_ subscription: Subscription) async throws -> Bool {
        defer { _ = engine.unsubscribe(subscription) }
        var last: EngineEvent?
        await withClientWatched(subscription) { _ in last = await subscription.events.next() }
        guard let last else { return false }
        let code = last.attributes["exitCode"] ?? "0"
        try await send(EngineAnswer.chunk(Array("{\"StatusCode\":\(code)}\n".utf8)) + EngineAnswer.lastChunk)
        return false
    }

    /// Ends the subscription when the client goes away while `body` waits; such a client sends nothing more.
    private func withClientWatched(
        _ subscription: Subscription, _ body: (inout DiscardingTaskGroup) async -> Void
    ) async {
        let stream = stream
        await withDiscardingTaskGroup { group in
            group.addTask(name: "engine client's end") {
                _ = try? await stream.read(atMost: 1, deadline: .never)
                subscription.events.finish()
            }
            await body(&group)
            group.cancelAll()
        }
    }

    private func send(_ event: EngineEvent, _ budget: inout Int) async throws {
        let chunk = EngineAnswer.chunk(event.line)
        try await send(Array(chunk.prefix(budget)))
        budget = budget == .max ? .max : max(0, budget - chunk.count)
    }

    private func send(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await stream.write(bytes, deadline: .after(Self.patience))
    }
}

extension EngineAnswer {
    /// The header of a body that has no end.
    func endlessHeader(_ facts: EngineFacts, at now: Int64) -> [UInt8] {
        EngineAnswer(status: status, contentType: contentType, body: .chunked([]))
            .header(api: facts.apiVersion, server: facts.serverVersion, at: now, closes: false)
    }
}

import Glibc
import OS

extension Connection {
    /// Bytes that may be written in one turn, so that others have theirs.
    private static let turn = 262_144

    /// Takes what the handler has answered so far; false when the rest must be waited for.
    func collect(_ exchange: Exchange, _ now: BootClock.Instant) -> Bool {
        var exchange = exchange
        let news = exchange.core.take()
        if let answer = news.answer { begin(answer, news.stage, &exchange) }
        if !exchange.isHead {
            for chunk in news.chunks { AnswerWriter.write(chunk, exchange.framing, into: &output) }
        }
        switch news.stage {
        case .answered:
            end(exchange, now)
            return true
        case .finished:
            if !exchange.isHead { AnswerWriter.writeEnd(exchange.framing, into: &output) }
            end(exchange, now)
            return true
        case .abandoned:
            // What was sent should arrive; the missing end says that it is not all.
            flush(now)
            cut(.peerGone)
            return true
        case .open, .closed:
            return false
        case .streaming:
            if exchange.isHead {
                // There is nothing more to say.
                exchange.core.close(.peerGone)
                end(exchange, now)
                return true
            }
            if inputEnded {
                // Whoever listens to a stream has no reason to close its half first.
                cut(.peerGone)
                return true
            }
            flush(now)
            if case .over = phase { return true }
            exchange.core.waiting(output.count + wire.count)
            phase = .exchange(exchange)
            return false
        }
    }

    /// Writes the head of an answer, and the body where it is complete.
    private func begin(_ answer: HTTPServerResponse, _ stage: ExchangeCore.Stage, _ exchange: inout Exchange)
    {
        switch stage {
        case .answered: exchange.framing = .whole
        case .open, .streaming, .finished, .abandoned, .closed:
            exchange.framing = exchange.isVersion11 ? .chunked : .untilClose
        }
        if case .untilClose = exchange.framing { exchange.keepsAlive = false }
        if service.isStopping || (inputEnded && unused == 0) { exchange.keepsAlive = false }
        service.writer.write(
            answer, exchange.framing, withBody: !exchange.isHead && !Status.isBodyless(answer.status),
            keepsAlive: exchange.keepsAlive, isVersion11: exchange.isVersion11, now: WallClock.now(),
            into: &output)
    }

    /// Makes ready for the next request, or for the end.
    private func end(_ exchange: Exchange, _ now: BootClock.Instant) {
        guard exchange.keepsAlive else {
            phase = .draining
            return
        }
        phase = .head
        let timeouts = service.configuration.timeouts
        deadline = now.advanced(by: unused == 0 ? timeouts.idle : timeouts.head)
    }

    /// Answers a request that no handler sees; the connection ends with it.
    func refuse(_ refusal: Refusal, _ now: BootClock.Instant) {
        service.writer.write(
            HTTPServerResponse(refusal), .whole, withBody: true, keepsAlive: false, isVersion11: true,
            now: WallClock.now(), into: &output)
        input = []
        inputStart = 0
        phase = .draining
    }

    /// Writes what the system takes.
    func flush(_ now: BootClock.Instant) {
        guard !isAllSent else { return }
        if lastProgress == nil { lastProgress = now }
        var budget = Self.turn
        let number = number
        do throws(Errno) {
            while !isAllSent, budget > 0 {
                let count: Int
                if tls == nil {
                    count = try output.withNext(atMost: budget) { (bytes, hasMore) throws(Errno) in
                        try Self.send(bytes, to: number, hasMore: hasMore)
                    }
                    output.drop(count)
                } else {
                    guard !wire.isEmpty || encryptSome() else { return cut(.peerGone) }
                    let hasOutput = !output.isEmpty
                    count = try wire.withNext(atMost: budget) { (bytes, hasMore) throws(Errno) in
                        try Self.send(bytes, to: number, hasMore: hasMore || hasOutput)
                    }
                    wire.drop(count)
                }
                budget -= count
                lastProgress = now
            }
            if isAllSent { lastProgress = nil }
        } catch .wouldBlock {
            return
        } catch {
            cut(.peerGone)
        }
    }

    /// send(2); `hasMore` lets the system fill a packet first.
    private static func send(_ bytes: Span<UInt8>, to number: Int32, hasMore: Bool) throws(Errno) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | (hasMore ? Int32(MSG_MORE) : 0)
        return try unsafe bytes.withUnsafeBufferPointer { buffer throws(Errno) in
            try retrying { unsafe Glibc.send(number, buffer.baseAddress, buffer.count, flags) }
        }
    }
}

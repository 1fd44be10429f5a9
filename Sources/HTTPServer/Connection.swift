import Glibc
import OS
import TLS

/// One connection and the requests it carries, one after the other; only for the service thread.
///
/// A request is read only when the answer before it has left, so neither side can make the other's bytes pile up.
final class Connection {
    /// What happens on the connection.
    enum Phase {
        /// Waits for a request, or has part of its head.
        case head
        /// The head is there, the body not yet.
        case body(RequestHead)
        /// The request is with the handler, or its answer is not complete.
        case exchange(Exchange)
        /// The last answer is being written.
        case draining
        /// All is written and our half is closed; until the peer's is, a reset could cost it the answer.
        case lingering
        /// To be removed.
        case over
    }

    /// A request whose answer is not complete.
    struct Exchange {
        let core: ExchangeCore
        let isHead: Bool
        let isVersion11: Bool
        var keepsAlive: Bool
        var framing = AnswerWriter.Framing.whole
    }

    let id: UInt64
    let peer: HTTPServerRequest.Peer
    unowned let service: Service
    private let accepted: Accepted

    var phase = Phase.head
    var parser: RequestParser
    var input: [UInt8] = []
    /// Bytes of `input` that are used up.
    var inputStart = 0
    /// The peer has ended its half.
    var inputEnded = false
    /// What is to be sent, not encrypted.
    var output = OutputQueue()
    /// What is to be sent, encrypted; nothing on a plain connection.
    var wire = OutputQueue()
    /// The encryption of a connection that has one.
    var tls: TLSMachine?
    /// When a head, a body or lingering has taken too long.
    var deadline: BootClock.Instant
    /// When the system last took a byte, while some wait.
    var lastProgress: BootClock.Instant?
    /// More can be done without waiting for the peer, after the others had their turn.
    var mustResume = false
    /// What the poller was last asked to look for.
    var interest = Interest.reading

    /// Bytes beyond the current request that are read ahead.
    private static let readAhead = 65_536

    init(
        id: UInt64, _ accepted: consuming Accepted, peer: HTTPServerRequest.Peer, service: Service,
        now: BootClock.Instant
    ) {
        self.id = id
        self.accepted = accepted
        self.peer = peer
        self.service = service
        parser = RequestParser(limits: service.configuration.limits)
        deadline = now.advanced(by: service.configuration.timeouts.head)
        if case .address = peer, let context = service.configuration.tls { tls = TLSMachine(server: context) }
    }

    var isOver: Bool {
        if case .over = phase { true } else { false }
    }

    /// The descriptor's number.
    var number: Int32 { accepted.descriptor.number }

    /// Bytes that were read and not used.
    var unused: Int { input.count - inputStart }

    /// What the poller should look for.
    var wanted: Interest {
        var wanted: Interest = isAllSent && !mustResume ? [] : .writing
        switch phase {
        case .head:
            if !inputEnded, unused < service.configuration.limits.head + Self.readAhead {
                wanted.insert(.reading)
            }
        case .exchange:
            if !inputEnded {
                wanted.formUnion(unused < Self.readAhead ? [.reading, .peerEnded] : .peerEnded)
            }
        case .body, .lingering:
            wanted.insert(.reading)
        case .draining, .over:
            break
        }
        return wanted
    }

    /// Acts on what the poller found.
    func ready(_ ready: Interest, now: BootClock.Instant) {
        guard ready.isDisjoint(with: .broken) else { return cut(.peerGone) }
        if ready.contains(.reading) { read(now) }
        if ready.contains(.peerEnded), !ready.contains(.reading) { endInput() }
        advance(now)
    }

    /// Does all that can be done without waiting, within one turn.
    func advance(_ now: BootClock.Instant) {
        mustResume = false
        for _ in 0..<16 {
            flush(now)
            switch phase {
            case .head:
                guard isAllSent, takeHead(now) else { return }
            case .body(let head):
                guard takeBody(head) else { return }
            case .exchange(let exchange):
                guard collect(exchange, now) else { return }
            case .draining:
                guard isAllSent else { return }
                linger(now)
            case .lingering, .over:
                return
            }
        }
        mustResume = true
    }

    /// Ends what has taken too long.
    func check(_ now: BootClock.Instant) {
        if let lastProgress, now >= lastProgress.advanced(by: service.configuration.timeouts.stall) {
            service.configuration.report(.stalledPeerCutOff)
            return cut(.stalled)
        }
        guard now >= deadline else { return }
        switch phase {
        case .head where isAllSent || !isSecured:
            if unused == 0 { return part(now) }
            refuse(Refusal(408, "the request's headers did not come in time"), now)
        case .body:
            refuse(Refusal(408, "the request's body did not come in time"), now)
        case .lingering:
            cut(.peerGone)
        case .head, .exchange, .draining, .over:
            return
        }
        advance(now)
    }

    /// Ends at once where nothing was asked; else the connection ends with its answer.
    func stop(_ now: BootClock.Instant) {
        if case .head = phase, unused == 0, isAllSent || !isSecured { part(now) }
    }

    /// Ends at once, whatever is under way.
    func cut(_ reason: HTTPServerError) {
        if case .exchange(let exchange) = phase { exchange.core.close(reason) }
        phase = .over
    }

    private func read(_ now: BootClock.Instant) {
        do throws(Errno) {
            switch try service.read(accepted.descriptor) {
            case .count(let count):
                switch phase {
                case .lingering, .draining: return
                case .head, .body, .exchange, .over: break
                }
                let isBetween = unused == 0
                if tls == nil {
                    input.append(contentsOf: service.scratch[..<count])
                } else {
                    decrypt(count, now)
                }
                // What only belongs to the handshake does not put off its end.
                if case .head = phase, isBetween, unused > 0 {
                    deadline = now.advanced(by: service.configuration.timeouts.head)
                }
            case .wouldBlock: return
            case .end: endInput()
            }
        } catch {
            cut(.peerGone)
        }
    }

    func endInput() {
        inputEnded = true
        switch phase {
        case .lingering: phase = .over
        case .exchange(let exchange): exchange.core.noticePeerLeft()
        case .head, .body, .draining, .over: return
        }
    }

    /// Ends a connection on which nothing is under way.
    private func part(_ now: BootClock.Instant) {
        sayGoodbye(now)
        cut(.peerGone)
    }

    /// Closes our half and waits a moment for the peer to close its own (RFC 9112, section 9.6).
    private func linger(_ now: BootClock.Instant) {
        sayGoodbye(now)
        guard wire.isEmpty else { return }
        guard !inputEnded, shutdown(number, Int32(SHUT_WR)) == 0 else {
            phase = .over
            return
        }
        input = []
        inputStart = 0
        deadline = now.advanced(by: service.configuration.timeouts.linger)
        phase = .lingering
    }
}

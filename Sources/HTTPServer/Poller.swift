import CEpoll
import Glibc
import OS

/// What a descriptor is ready for (epoll_ctl(2)).
struct Interest: OptionSet, Sendable {
    let rawValue: UInt32

    /// Something can be read, or the peer has ended its half.
    static let reading = Interest(rawValue: EPOLLIN.rawValue)
    /// Something can be written.
    static let writing = Interest(rawValue: EPOLLOUT.rawValue)
    /// The peer has ended its half.
    static let peerEnded = Interest(rawValue: EPOLLRDHUP.rawValue)
    /// The connection failed or both halves ended; always told.
    static let broken = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// Waits for many descriptors at once, level-triggered (epoll(7)).
@safe final class Poller {
    /// One descriptor that is ready.
    struct Ready {
        let token: UInt64
        let interest: Interest
    }

    private let descriptor: Descriptor
    private var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)

    init() throws(Errno) {
        descriptor = Descriptor(adopting: try retrying { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    }

    func add(_ number: Int32, _ interest: Interest, token: UInt64) throws(Errno) {
        try control(EPOLL_CTL_ADD, number, interest, token)
    }

    func change(_ number: Int32, _ interest: Interest, token: UInt64) throws(Errno) {
        try control(EPOLL_CTL_MOD, number, interest, token)
    }

    func remove(_ number: Int32) {
        try? control(EPOLL_CTL_DEL, number, [], 0)
    }

    /// Waits until something is ready or the time is over.
    ///
    /// - Parameters:
    ///   - limit: How long, nil for ever.
    ///   - ready: Filled with what is ready.
    /// - Throws: What epoll_wait(2) reported.
    func wait(_ limit: Duration?, into ready: inout [Ready]) throws(Errno) {
        ready.removeAll(keepingCapacity: true)
        // Rounded up, or the last millisecond would be spent in a busy loop.
        let milliseconds = limit.map { Int32(clamping: max($0, .zero).wholeMilliseconds + 1) } ?? -1
        let count: Int32
        do throws(Errno) {
            let poller = descriptor.number
            let answer = unsafe epoll_wait(poller, &events, Int32(events.count), milliseconds)
            if answer < 0 { throw Errno.current }
            count = answer
        } catch .interrupted {
            return
        }
        for index in 0..<count {
            unsafe ready.append(
                Ready(
                    token: bayplan_epoll_token(events, index),
                    interest: Interest(rawValue: bayplan_epoll_events(events, index))))
        }
    }

    private func control(_ verb: Int32, _ number: Int32, _ interest: Interest, _ token: UInt64) throws(Errno)
    {
        let poller = descriptor.number
        _ = try retrying { bayplan_epoll_control(poller, verb, number, interest.rawValue, token) }
    }
}

/// A bell that one thread rings and another polls for (eventfd(2)).
struct Wakeup: ~Copyable, Sendable {
    private let descriptor: Descriptor

    init() throws(Errno) {
        let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
        descriptor = Descriptor(adopting: try retrying { eventfd(0, flags) })
    }

    var number: Int32 { descriptor.number }

    /// Makes the descriptor readable.
    func ring() {
        _ = eventfd_write(descriptor.number, 1)
    }

    /// Makes it unreadable until the next ring.
    func silence() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor.number, &count)
    }
}

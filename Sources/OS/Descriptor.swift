internal import CSystem
internal import Glibc

/// The owner of one open file descriptor: closed exactly once, at the latest when the owner goes away.
package struct Descriptor: ~Copyable, Sendable {
    /// The descriptor's number, to lend to a system call or a Dispatch source; never close it yourself.
    package let number: Int32

    /// Takes over a number that nobody else will close.
    package init(adopting number: Int32) {
        precondition(number >= 0, "a descriptor's number is never negative")
        self.number = number
    }

    deinit {
        _ = Glibc.close(number)
    }

    /// Closes it now and says whether the system reported an error, which may be a write that failed late.
    ///
    /// - Throws: What close(2) reported; the descriptor is gone all the same.
    package consuming func close() throws(Errno) {
        let number = number
        discard self
        guard Glibc.close(number) == 0 else { throw Errno.current }
    }

    /// Gives the number away to a C library, which closes it from now on.
    package consuming func surrender() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// A second descriptor for the same open file, closed on exec as the first.
    package borrowing func duplicate() throws(Errno) -> Descriptor {
        let number = number
        let copy = try retrying { fcntl(number, F_DUPFD_CLOEXEC, 0) }
        return Descriptor(adopting: copy)
    }

    /// Switches O_NONBLOCK on or off (fcntl(2)).
    package borrowing func setNonblocking(_ nonblocking: Bool) throws(Errno) {
        let number = number
        let flags = try retrying { fcntl(number, F_GETFL) }
        let wanted = nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
        if wanted != flags { _ = try retrying { fcntl(number, F_SETFL, wanted) } }
    }
}

/// The two ends of a pipe, both closed on exec; a struct because a tuple cannot hold owners.
@frozen
package struct Pipe: ~Copyable, Sendable {
    /// Gives what was written to the other end.
    package var reader: Descriptor
    /// Closing it lets the reader see the end.
    package var writer: Descriptor

    /// Makes a pipe (pipe2(2)).
    package init() throws(Errno) {
        var ends: [Int32] = [-1, -1]
        guard unsafe bayplan_pipe(&ends) == 0 else { throw Errno.current }
        reader = Descriptor(adopting: ends[0])
        writer = Descriptor(adopting: ends[1])
    }
}

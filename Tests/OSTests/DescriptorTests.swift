import Glibc
import OS
import TestSupport
import Testing

@Suite struct `A descriptor` {
    @Test func `is closed when its owner goes away, and not on exec before`() throws {
        let reader: Descriptor
        do {
            let pipe = try Pipe()
            #expect(fcntl(pipe.writer.number, F_GETFD) == FD_CLOEXEC)
            reader = try pipe.reader.duplicate()
            try reader.setNonblocking(true)
        }
        // With the writer gone the end is there.
        var bytes: [UInt8] = []
        #expect(try reader.readSome(atMost: 1, appendingTo: &bytes) == .end)
    }

    @Test func `moves what it can and says what it could not`() throws {
        let pipe = try Pipe()
        try pipe.reader.setNonblocking(true)
        try pipe.writer.setNonblocking(true)
        var bytes: [UInt8] = []
        #expect(try pipe.reader.readSome(atMost: 10, appendingTo: &bytes) == .wouldBlock)
        #expect(try pipe.writer.writeSome([1, 2, 3, 4], from: 1) == .count(3))
        #expect(try pipe.reader.readSome(atMost: 2, appendingTo: &bytes) == .count(2))
        #expect(try pipe.reader.readSome(atMost: 2, appendingTo: &bytes) == .count(1))
        #expect(bytes == [2, 3, 4])
        let block = [UInt8](repeating: 7, count: 65_536)
        var written = 0
        while case .count(let count) = try pipe.writer.writeSome(block) { written += count }
        #expect(written >= 65_536)
        try pipe.writer.close()
        var read = 0
        while case .count(let count) = try pipe.reader.readSome(atMost: 65_536, appendingTo: &bytes) {
            read += count
        }
        #expect(read == written)
        #expect(try pipe.reader.readSome(atMost: 1, appendingTo: &bytes) == .end)
    }

    @Test func `reads into a span of the caller's`() throws {
        let pipe = try Pipe()
        _ = try pipe.writer.writeSome(Array("hello".utf8))
        var buffer = [UInt8](repeating: 0, count: 8)
        var span = buffer.mutableSpan
        #expect(try pipe.reader.readSome(into: &span) == .count(5))
        #expect(buffer == Array("hello".utf8) + [0, 0, 0])
    }

    @Test func `explains an error in the system's words`() {
        #expect(Errno.noSuchFile.sentence == "No such file or directory")
        #expect("\(Errno.noSuchFile)" == "No such file or directory (errno 2)")
    }

    @Test func `a call interrupted by a signal is made again`() throws {
        var calls = 0
        let answer = try retrying { () -> Int32 in
            calls += 1
            if calls < 3 { Glibc.errno = EINTR }
            return calls < 3 ? -1 : 42
        }
        #expect(answer == 42)
        #expect(calls == 3)
        #expect(throws: Errno.noSpace) {
            try retrying { () -> Int32 in
                Glibc.errno = ENOSPC
                return -1
            }
        }
    }
}

@Suite struct `A file lock` {
    @Test func `is had by one, who is named to the next`() async throws {
        try await TemporaryDirectory.with { folder in
            let path = "\(folder)/lock"
            do {
                let lock = try FileLock(path)
                let error = #expect(throws: FileError.self) { _ = try FileLock(path) }
                #expect(error?.reason == .wouldBlock)
                #expect(error?.sentence.contains("process \(ThisProcess.id)") == true)
                #expect(lock.path == path)
            }
            _ = try FileLock(path)
        }
    }
}

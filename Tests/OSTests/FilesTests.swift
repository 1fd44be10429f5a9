import Glibc
import OS
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Files` {
    @Test func `are replaced whole, with their mode`() async throws {
        try await TemporaryDirectory.with { folder in
            let path = "\(folder)/state"
            for content in [[UInt8](), [1, 2, 3], [UInt8](repeating: 9, count: 300_000)] {
                try writeFileAtomically(path, content, mode: 0o640)
                #expect(try readFile(path, limit: 300_000) == content)
            }
            var facts = stat()
            #expect(unsafe stat(path, &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o640)
            #expect(!fileExists("\(path).\(ThisProcess.id).new"))
        }
    }

    @Test func `over the limit are refused`() async throws {
        try await TemporaryDirectory.with { folder in
            try writeFileAtomically("\(folder)/a", [1, 2, 3])
            #expect(try readFile("\(folder)/a", limit: 3) == [1, 2, 3])
            let error = #expect(throws: FileError.self) { try readFile("\(folder)/a", limit: 2) }
            #expect(error?.reason == .messageTooLong)
        }
    }

    @Test func `that are missing or folders are explained`() async throws {
        try await TemporaryDirectory.with { folder in
            let missing = #expect(throws: FileError.self) { try readFile("\(folder)/none", limit: 1) }
            #expect(missing?.reason == .noSuchFile)
            let isFolder = #expect(throws: FileError.self) { try readFile(folder, limit: 1) }
            #expect(isFolder?.reason == .isDirectory)
            let nowhere = #expect(throws: FileError.self) { try writeFileAtomically("\(folder)/x/y", []) }
            #expect(nowhere?.reason == .noSuchFile)
            #expect(throws: FileError.self) { try readFile("a\0b", limit: 1) }
        }
    }

    @Test func `folders are made with those above them`() async throws {
        try await TemporaryDirectory.with { folder in
            try makeDirectories("\(folder)/a/b/c")
            try makeDirectories("\(folder)/a/b/c/")
            #expect(isDirectory("\(folder)/a/b/c"))
            var facts = stat()
            #expect(unsafe stat("\(folder)/a", &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o700)
            try writeFileAtomically("\(folder)/f", [])
            #expect(throws: FileError.self) { try makeDirectories("\(folder)/f") }
            #expect(throws: FileError.self) { try makeDirectories("\(folder)/f/g") }
        }
    }

    @Test func `the disk has free space, and a missing path an error`() throws {
        #expect(try freeSpace("/") > 0)
        #expect(throws: FileError.self) { try freeSpace("/nonexistent") }
    }

    @Test func `this process knows its memory and limits`() throws {
        let memory = try ProcessMemory.current()
        #expect(memory.resident > 1 << 20)
        #expect(memory.anonymous > 0 && memory.anonymous < memory.resident)
        #expect(memory.peak >= memory.resident)
        #expect(raiseDescriptorLimit() > 64)
        #expect(ThisProcess.environment("PATH") == ThisProcess.environment()["PATH"])
    }

    @Test func `the system's random numbers differ`() {
        var random = SystemRandom()
        #expect(Set((0..<100).map { _ in random.next() }).count == 100)
        #expect(random.bytes(16).count == 16)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A subprocess` {
    @Test func `is read and awaited`() async throws {
        let done = try await ProcessFixture.run("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(done.output == "out\n")
        #expect(done.errors == "err\n")
        #expect(done.ending == .exited(3))
    }

    @Test func `inherits neither our descriptors nor our dispositions`() async throws {
        ignoreSIGPIPE()
        let pipe = try Pipe()
        _ = fcntl(pipe.writer.number, F_SETFD, 0)
        let done = try await ProcessFixture.run(
            "/bin/sh",
            ["-c", "ls /proc/self/fd | tr '\\n' ' '; sed -n 's/SigIgn:.//p' /proc/self/status; echo $A"],
            environment: ["A": "b c"])
        // 3 is the folder that ls reads; glibc itself keeps signals 32 and 33 ignored.
        let lines = done.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 2)
        #expect(lines[0].hasPrefix("0 1 2 3 ") && lines[1] == "b c")
        let ignored = try #require(UInt64(lines[0].dropFirst(8), radix: 16))
        #expect(ignored & 0x7fff_ffff == 0)
    }

    @Test func `is signalled, and killed when nobody holds it`() async throws {
        var fixture: ProcessFixture? = try ProcessFixture("/bin/sh", ["-c", "echo started; sleep 600"])
        let id = try #require(fixture?.id)
        _ = try await fixture?.waitForLine(containing: "started")
        fixture = nil
        try await eventually("process \(id) to be gone") { kill(id, 0) != 0 }
        let other = try ProcessFixture("/bin/sleep", ["600"])
        other.signal(SIGTERM)
        #expect(try await other.waitForExit() == .signalled(SIGTERM))
    }

    @Test func `that does not exist is an error`() {
        let error = #expect(throws: FileError.self) { _ = try Subprocess("/nonexistent/program") }
        #expect(error?.reason == .noSuchFile)
    }

    @Test func `that writes without end is held to a bound`() async throws {
        let fixture = try ProcessFixture(
            "/bin/sh", ["-c", "yes 0123456789 | head -c 20000000; echo; echo last"])
        try await fixture.waitForExit()
        #expect(fixture.outputText.utf8.count <= ProcessFixture.outputLimit * 5 / 4)
        #expect(fixture.outputText.hasSuffix("last\n"))
    }
}

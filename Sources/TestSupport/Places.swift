internal import Glibc
internal import OS

/// Where tests find things: the programs that were built with them, and free ports.
package enum Places {
    /// The folder of the built programs: that of the running test bundle.
    package static var binaries: String {
        var path = [CChar](repeating: 0, count: 4_096)
        let count = unsafe readlink("/proc/self/exe", &path, path.count - 1)
        let text = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.lastIndex(of: "/").map { String(text[..<$0]) } ?? "."
    }

    /// A program that was built beside the tests.
    package static func binary(_ name: String) -> String {
        "\(binaries)/\(name)"
    }

    /// A TCP port on 127.0.0.1 that was free a moment ago.
    package static func freePort() throws -> UInt16 {
        let listener = try Listener(SocketAddress("127.0.0.1:0"))
        return try listener.address.port ?? { throw NeverHappened(sentence: "a TCP listener has no port") }()
    }
}

/// Counts what a test run used of the outside world.
package enum ToolUse {
    /// Appends a line with the tool's name to the file that `BAYPLAN_TOOL_USE` names, if it is set.
    package static func record(_ tool: String) {
        guard let path = ThisProcess.environment("BAYPLAN_TOOL_USE") else { return }
        let number = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode_t(0o644))
        guard number >= 0 else { return }
        let file = Descriptor(adopting: number)
        _ = try? file.writeSome(Array("\(tool)\n".utf8))
    }
}

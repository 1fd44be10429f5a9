internal import CSystem
internal import Glibc

/// Makes a write to a closed pipe an error instead of the process's death (signal(7)).
package func ignoreSIGPIPE() {
    _ = signal(SIGPIPE, SIG_IGN)
}

/// Raises the number of descriptors this process may have to the most the system allows, at most 1,048,576.
///
/// - Returns: The limit now in force (setrlimit(2)).
@discardableResult
package func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
    let wanted = min(limit.rlim_max, 1_048_576)
    if limit.rlim_cur < wanted {
        limit.rlim_cur = wanted
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    return Int(clamping: limit.rlim_cur)
}

/// Facts about this process and where it runs.
package enum ThisProcess {
    /// The number of this process.
    package static var id: Int32 { getpid() }

    /// Whether this process runs as root.
    package static var isRoot: Bool { geteuid() == 0 }

    /// The value of a variable of the environment; nil when it is not set.
    package static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The whole environment, as it was when asked.
    package static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        guard var entry = unsafe bayplan_environment() else { return [:] }
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            unsafe entry += 1
        }
        return variables
    }

    /// Whether a descriptor is a terminal (isatty(3)).
    package static func isTerminal(_ number: Int32) -> Bool {
        isatty(number) == 1
    }

    /// How many columns the terminal on a descriptor has; nil when it is none.
    package static func terminalColumns(_ number: Int32) -> Int? {
        let columns = bayplan_terminal_columns(number)
        return columns > 0 ? Int(columns) : nil
    }

    /// The name of this machine (gethostname(2)).
    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, 255) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

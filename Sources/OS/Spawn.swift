internal import CSystem
internal import Glibc

/// posix_spawn(3) with the settings every child of ours gets.
enum Spawn {
    /// Starts `path` with its own defaults for all signals and only descriptors 0 (empty unless given), 1 and 2.
    static func start(
        _ path: String, _ arguments: [String], _ environment: [String], input: Int32? = nil, output: Int32,
        errors: Int32
    ) throws(Errno) -> Int32 {
        guard ([path] + arguments + environment).allSatisfy({ !$0.utf8.contains(0) }) else {
            throw .invalidArgument
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        if let input {
            unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
        unsafe bayplan_spawn_closes_from(&actions, 3)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var id: pid_t = 0
        let status = unsafe withTexts(arguments) { arguments in
            unsafe withTexts(environment) { environment in
                unsafe posix_spawnp(&id, path, &actions, &attributes, arguments, environment)
            }
        }
        guard status == 0 else { throw Errno(rawValue: status) }
        return id
    }

    /// Lends texts as C's array of pointers with a nil at its end.
    private static func withTexts<R>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var pointers = unsafe texts.map { unsafe strdup($0) }
        defer { unsafe pointers.forEach { unsafe free($0) } }
        unsafe pointers.append(nil)
        return unsafe body(pointers)
    }
}

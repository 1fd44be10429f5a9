import Glibc
import OS

/// Shows long text a screen at a time.
enum Pager {
    /// The command line of the pager that the user wants; nil for none.
    ///
    /// `$BAYPLAN_PAGER` (or the setting) comes before `$PAGER`, and both before `less`; empty or `cat` means none.
    static func command(_ environment: (String) -> String?, chosen: String?) -> String? {
        // An empty variable isn't a setting's value, but says here that no pager is wanted.
        let wanted = chosen ?? environment("BAYPLAN_PAGER") ?? environment("PAGER")
        guard let wanted else {
            // Colours pass, a text that fits is simply printed, and the screen isn't cleared at the end.
            return isInstalled("less", environment("PATH") ?? "") ? "less -FRX" : nil
        }
        let trimmed = wanted.drop { $0 == " " }
        return trimmed.isEmpty || trimmed == "cat" ? nil : wanted
    }

    private static func isInstalled(_ name: String, _ path: String) -> Bool {
        path.split(separator: ":").contains { unsafe access("\($0)/\(name)", X_OK) == 0 }
    }

    /// Runs a pager with the text; false when it could not be started, and nothing was shown.
    static func show(_ text: [UInt8], through command: String) -> Bool {
        // Ctrl-C is for the pager; this program ends when the pager does.
        let (interrupt, quit) = (signal(SIGINT, SIG_IGN), signal(SIGQUIT, SIG_IGN))
        defer {
            _ = signal(SIGINT, interrupt)
            _ = signal(SIGQUIT, quit)
        }
        // As git does: the shell reads the command, which may have arguments.
        guard let status = try? runInTerminal("/bin/sh", ["-c", command], input: text) else { return false }
        // The shell's answers for a command that can't be run and one that isn't there (POSIX 2.8.2).
        return status != 126 && status != 127
    }
}

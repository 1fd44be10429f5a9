/// Signals by name and number, those that people send to containers.
enum Signal {
    private static let numbers = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ABRT": 6, "KILL": 9, "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13,
        "ALRM": 14, "TERM": 15, "CHLD": 17, "CONT": 18, "STOP": 19, "TSTP": 20, "WINCH": 28,
    ]

    /// Reads `9`, `KILL`, `SIGKILL` or nothing, which is KILL; nil when it is no signal.
    static func number(_ text: String) -> Int? {
        guard !text.isEmpty else { return 9 }
        if let number = Int(text) { return (1...64).contains(number) ? number : nil }
        let name = text.uppercased()
        return numbers[name.hasPrefix("SIG") ? String(name.dropFirst(3)) : name]
    }
}

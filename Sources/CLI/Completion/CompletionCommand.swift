import Settings

/// `bayplan completion`: scripts that make shells complete our command lines.
enum CompletionCommand {
    static let command = Command(
        name: "completion",
        summary: "Print a script that makes a shell complete `bayplan`",
        usage: "bash|zsh|fish",
        about: """
            Prints a script for bash, zsh or fish. With it the shell completes commands, options and their \
            values, and asks the aggregator for names of containers, hosts and stacks and for label keys. When \
            it doesn't answer within a second, those are left out.
            """,
        arguments: 1...1,
        examples: [
            ("completion bash > /etc/bash_completion.d/bayplan", "For everybody who uses bash."),
            ("completion zsh > \"${fpath[1]}/_bayplan\"", "For zsh; open a new shell after."),
            ("completion fish > ~/.config/fish/completions/bayplan.fish", "For fish."),
        ],
        isLocal: true,
        run: { call throws(Failure) in
            guard let shell = CompletionScript.Shell(rawValue: call.arguments[0]) else {
                throw Failure(
                    .usage, "There is a script for bash, zsh and fish, not for \(call.arguments[0]).")
            }
            try call.surroundings.output.write(Array(CompletionScript.text(for: shell).utf8))
            return .ok
        },
    )
}

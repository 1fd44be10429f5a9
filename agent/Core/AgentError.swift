import Inventory

/// The agent can't start, or has nothing to connect with.
package struct AgentError: Error, CustomStringConvertible {
    /// What is wrong, and what to do.
    package let sentence: String
    package var description: String { sentence }

    package init(sentence: String) {
        self.sentence = sentence
    }

    static func needsToken(_ host: HostID?) -> AgentError {
        AgentError(
            sentence:
                "An agent reports with a token of its host; nothing was started. Run `bayplan token create "
                + "--host \(host?.rawValue ?? "ID")` on the aggregator, put the line that it prints into a file "
                + "for this user's eyes only, and name that with --token-file.")
    }

    static let insecureWithToken = AgentError(
        sentence:
            "--insecure reports over plain TCP, where a token or an authority has no use; nothing was started. "
            + "Leave out --insecure, or --token-file and --ca-file.")
}

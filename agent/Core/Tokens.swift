import Access
import Inventory
import OS

/// The tokens that an agent was given, read from their files each time that they are needed.
struct Tokens: Sendable {
    /// A token and the file that it stands in.
    struct Entry: Sendable {
        let token: AccessToken
        let file: String
        let addresses: [SocketAddress]
        let host: HostID
    }

    let files: [String]

    /// What stands in one file, in order.
    ///
    /// - Throws: What is wrong with the file, or that a token of it isn't a host's.
    static func read(_ file: String) throws(AgentError) -> [Entry] {
        let tokens: [AccessToken]
        do throws(AccessError) {
            tokens = try TokenFile.read(file)
        } catch {
            throw AgentError(sentence: error.sentence)
        }
        var entries: [Entry] = []
        for token in tokens {
            guard case .host(let host) = token.subject else {
                throw AgentError(
                    sentence:
                        "\(file) holds \(token), and an agent needs one of its host; nothing was reported. "
                        + "Put the line there that `bayplan token create --host ID` prints.")
            }
            entries.append(Entry(token: token, file: file, addresses: try addresses(token, file), host: host))
        }
        return entries
    }

    /// What stands in all files, in order.
    func all() throws(AgentError) -> [Entry] {
        var entries: [Entry] = []
        for file in files { entries += try Self.read(file) }
        return entries
    }

    /// The host that all these tokens are of; nil when there are none.
    ///
    /// - Throws: That they contradict each other, or `--host-id`, naming both.
    static func host(of entries: [Entry], given: HostID?) throws(AgentError) -> HostID? {
        guard let first = entries.first else { return given }
        for entry in entries where entry.host != first.host {
            throw AgentError(
                sentence:
                    "\(first.file) holds \(first.token) and \(entry.file) \(entry.token), and an agent "
                    + "reports one host; nothing was reported. Give it tokens of one host.")
        }
        guard let given, given != first.host else { return first.host }
        throw AgentError(
            sentence:
                "--host-id says \(given), and \(first.file) holds \(first.token); nothing was reported. Remove "
                + "--host-id, or put a token there that `bayplan token create --host \(given)` prints.")
    }

    /// The token for an address that was named otherwise: the one that names it too, else the only one.
    static func token(for address: SocketAddress, among entries: [Entry]) throws(AgentError) -> Entry {
        if let entry = entries.first(where: { $0.addresses.contains(address) }) { return entry }
        if entries.count == 1, let entry = entries.first { return entry }
        let files = entries.map { "\($0.file) (\($0.addresses.map(\.description).joined(separator: ", ")))" }
        throw AgentError(
            sentence:
                "None of the \(entries.count) tokens names \(address), so that it isn't clear which one to use "
                + "there; nothing was sent to it. They are in \(files.joined(separator: " and ")): give "
                + "--aggregator an address as it stands in one of them, or create one that names it.")
    }

    private static func addresses(_ token: AccessToken, _ file: String) throws(AgentError) -> [SocketAddress]
    {
        var addresses: [SocketAddress] = []
        for text in token.addresses {
            do throws(AddressError) {
                addresses.append(try SocketAddress(text))
            } catch {
                throw AgentError(sentence: "\(file) holds \(token), whose address can't be used: \(error)")
            }
        }
        return addresses
    }
}

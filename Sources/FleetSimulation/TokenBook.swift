import Access
package import AgentCore
import HTTP
package import Inventory
import JSON
package import OS

/// The tokens with which the hosts of a simulated fleet prove who they are, each for its one host.
package struct TokenBook: Sendable {
    private var tokens: [HostID: AccessToken] = [:]

    private static let patience = Duration.seconds(30)
    /// How many tokens are created at a time.
    private static let width = 4

    /// Takes the tokens of some files, each of which says for which host it speaks.
    ///
    /// - Throws: What is wrong with which file.
    package init(files: [String]) throws(TokenBookError) {
        for file in files {
            do throws(AccessError) {
                for token in try TokenFile.read(file) {
                    if case .host(let host) = token.subject { tokens[host] = token }
                }
            } catch {
                throw TokenBookError(sentence: error.sentence)
            }
        }
    }

    /// Has an aggregator create one for each host, over its Unix socket, which may do everything.
    ///
    /// - Throws: What the aggregator answered instead.
    package init(creatingFor hosts: [HostID], at aggregator: SocketAddress, over socket: any Connector)
        async throws(TokenBookError)
    {
        let client = Self.client(socket)
        let made = await withTaskGroup(of: Result<AccessToken, TokenBookError>.self) { group in
            var made: [Result<AccessToken, TokenBookError>] = []
            for (number, host) in hosts.enumerated() {
                if number >= Self.width, let one = await group.next() { made.append(one) }
                group.addTask(name: "token") { await Self.create(host, aggregator, client) }
            }
            for await one in group { made.append(one) }
            return made
        }
        for one in made {
            let token = try one.get()
            if case .host(let host) = token.subject { tokens[host] = token }
        }
    }

    /// How a host reaches the aggregator at an address, and what it shows there.
    ///
    /// - Throws: That there is no token for this host.
    package func place(of host: HostID, at address: SocketAddress) throws -> AggregatorGroup.Place {
        guard let token = tokens[host] else {
            throw TokenBookError(
                sentence: "There is no token for host \(host), so nothing was started. Create one with "
                    + "`bayplan token create --host \(host)`, or let --create-tokens do it for all hosts.")
        }
        return try AggregatorGroup.Place(secured: address, by: token, nil)
    }

    /// Has the aggregator forget the tokens again; those that it can't be told of stay in `bayplan token ls`.
    package func remove(over socket: any Connector) async {
        let client = Self.client(socket)
        for token in tokens.values {
            let request = HTTPRequest(.delete, "/api/v1/tokens/\(token.credential.id)")
            guard (try? await client.send(request, deadline: .after(Self.patience))) != nil else { return }
        }
    }

    private static func client(_ socket: any Connector) -> HTTPClient {
        HTTPClient(connector: socket, host: "localhost", maxConnections: width)
    }

    private static func create(
        _ host: HostID, _ aggregator: SocketAddress, _ client: HTTPClient
    ) async -> Result<AccessToken, TokenBookError> {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("host", host.rawValue)
            writer.member("addresses", [aggregator.description])
            writer.member("by", "bayplan-simulator")
        }
        let request = HTTPRequest(
            .post, "/api/v1/tokens", headers: ["Content-Type": "application/json"], body: writer.bytes)
        do {
            let response = try await client.send(request, deadline: .after(patience))
            guard response.isSuccess, let answer = try? JSONValue(parsing: response.body),
                let text = answer["token"]?.string
            else {
                return .failure(
                    TokenBookError(
                        sentence:
                            "The aggregator created no token for host \(host), so nothing was started: it "
                            + "answered \(response.status) \(response.text.prefix(300))"))
            }
            return .success(try AccessToken(text: text))
        } catch {
            return .failure(
                TokenBookError(
                    sentence: "No token was created for host \(host), so nothing was started: \(error)"))
        }
    }
}

/// A simulated host has nothing to prove itself with.
package struct TokenBookError: Error, CustomStringConvertible {
    /// What is missing or wrong, and what to do.
    package let sentence: String
    package var description: String { sentence }
}

package import Inventory
import JSON
import OS
import Wire

extension Broker {
    /// Has a host's agent ask its Engine now, about one container or everything (requirement B4).
    ///
    /// When this returns, memory holds what the agent found: changes come before the answer. Many who ask at once cost
    /// the Engine one look.
    ///
    /// - Returns: The agent's version then.
    /// - Throws: Why nothing newer than the cached copy could be had.
    @discardableResult
    package func refresh(
        _ host: HostID, _ container: ContainerID? = nil, within limit: Duration = .seconds(10)
    ) async throws(RequestError) -> Int64 {
        let deadline = Deadline.after(limit)
        let result = await refreshes.refresh(
            RefreshLines.Subject(host: host, container: container), deadline: deadline
        ) {
            await self.look(host, container, deadline)
        }
        return try result.get()
    }

    private func look(
        _ host: HostID, _ container: ContainerID?, _ deadline: Deadline
    ) async -> Result<Int64, RequestError> {
        do throws(RequestError) {
            let asked = BootClock.now.milliseconds
            let question = Question(
                Operation.refresh, of: container, timeout: deadline.remaining() ?? .seconds(10), limit: 4_096)
            let body = try await ask(host, question).rest()
            guard let version = (try? JSONValue(parsing: body))?["version"]?.integer, version >= 0 else {
                throw .broken(host, "its answer to a refresh names no version")
            }
            if container == nil { await confirm(host, since: asked) }
            return .success(version)
        } catch {
            return .failure(error)
        }
    }
}

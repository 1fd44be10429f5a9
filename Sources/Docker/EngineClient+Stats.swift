internal import HTTP
package import Inventory
internal import JSON
package import OS

extension EngineClient {
    /// What a container uses, as the Engine says; a second or two for each before Engine 25, so a last resort.
    ///
    /// Asks for one sample without the one before (`one-shot`), which an Engine of before API 1.41 ignores.
    ///
    /// - Parameters:
    ///   - id: The container.
    ///   - machineMemory: All memory of the machine; a limit that is no lower is none.
    ///   - deadline: For the whole answer.
    /// - Returns: The sample; nil when the container doesn't run.
    /// - Throws: `.notFound` when there is no such container, and what else the Engine or the way to it had to say.
    package func stats(
        _ id: ContainerID, machineMemory: Int64 = .max, deadline: Deadline
    ) async throws(DockerError) -> EngineSample? {
        let query: KeyValuePairs = ["stream": "0", "one-shot": "1"]
        let body = try await open("/containers/\(id)/stats", query: query, deadline: deadline)
        defer { body.close() }
        let bytes: [UInt8]
        do {
            bytes = try await body.rest(limit: Self.statsLimit, deadline: deadline)
        } catch {
            throw explained(error)
        }
        try check(body.head, bytes)
        let sample = try decoded("what container \(id.short) uses") { () throws(JSONError) in
            try EngineSample(parsing: bytes, machineMemory: machineMemory)
        }
        return sample.isRunning ? sample : nil
    }

    /// The most bytes of one answer: some hundred CPUs and devices.
    private static let statsLimit = 1 << 20
}

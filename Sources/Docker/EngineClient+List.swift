internal import HTTP
package import Inventory
internal import JSON
package import OS

/// A whole list of an Engine's containers.
package struct ContainerList: Sendable {
    /// Every container that could be read, in the Engine's order.
    package var containers: [ContainerSummary] = []
    /// Those whose entry could not be read or is too large; they exist, and the list says nothing else of them.
    package var unreadable: [ContainerID] = []

    package init() {}

    /// How many containers there are.
    package var count: Int { containers.count + unreadable.count }
}

extension EngineClient {
    /// All containers in any state, without their sizes (which take an Engine minutes on a full disk).
    ///
    /// - Parameters:
    ///   - ids: Only these, when given; some hundreds at most, since they stand in the request's path.
    ///   - deadline: For the whole list.
    /// - Returns: The list, if it came whole to its end.
    /// - Throws: Otherwise; a list that was cut short is no list (rule R-20).
    package func list(only ids: [ContainerID]? = nil, deadline: Deadline) async throws(DockerError)
        -> ContainerList
    {
        var query: KeyValuePairs<String, String> = ["all": "1"]
        if let ids {
            // An empty filter would mean all of them.
            guard !ids.isEmpty else { return ContainerList() }
            query = ["all": "1", "filters": "{\"id\":[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]}"]
        }
        let body = try await open("/containers/json", query: query, deadline: deadline)
        defer { body.close() }
        guard body.head.isSuccess else {
            try check(body.head, (try? await body.rest(limit: 65_536, deadline: deadline)) ?? [])
            return ContainerList()
        }
        return try await read(body, deadline)
    }

    private func read(_ body: HTTPBody, _ deadline: Deadline) async throws(DockerError) -> ContainerList {
        var list = ContainerList()
        var splitter = ArraySplitter(limit: Self.entryLimit)
        var total = 0
        while let piece = try await next(of: body, deadline) {
            total += piece.count
            guard total <= Self.listLimit else { throw tooLong }
            let problem = try splitter.append(piece) { (element) throws(DockerError) in
                guard list.count < Self.listCount else { throw tooLong }
                try take(element, into: &list)
            }
            if problem != nil {
                throw broken("its list of containers is not a JSON array", "The list was not used.")
            }
        }
        guard splitter.problemAtEnd == nil else {
            throw broken("its list of containers ends before its end", "The list was not used.")
        }
        return list
    }

    /// Reads one entry.
    ///
    /// One that can't be read leaves only its id; one without even an id spoils the list, since a container that is
    /// there would be taken for gone.
    private func take(_ element: ArraySplitter.Element, into list: inout ContainerList) throws(DockerError) {
        switch element {
        case .whole(let bytes):
            if let summary = try? ContainerSummary(parsing: bytes) {
                list.containers.append(summary)
            } else {
                list.unreadable.append(try leadingID(bytes))
            }
        case .tooLong(let prefix):
            list.unreadable.append(try leadingID(prefix))
        }
    }

    private func leadingID(_ bytes: [UInt8]) throws(DockerError) -> ContainerID {
        var reader = JSONReader(bytes)
        do throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "Id":
                    if let id = ContainerID(utf8: try reader.readUTF8()) { return id }
                default: try reader.skip()
                }
            }
        } catch {}
        throw broken("its list has an entry without an id", "The list was not used.")
    }

    func next(of body: HTTPBody, _ deadline: Deadline) async throws(DockerError) -> [UInt8]? {
        do {
            return try await body.next(deadline: deadline)
        } catch {
            throw explained(error)
        }
    }

    private var tooLong: DockerError {
        DockerError(
            .tooLarge,
            "\(name) lists more than \(Self.listCount) containers or \(Self.listLimit >> 20) MiB; the list was not used."
        )
    }
}

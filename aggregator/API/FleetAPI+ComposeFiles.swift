import AggregatorCore
import Fleet
import HTTPServer
import Inventory
import JSON
import OS
import Wire

extension FleetAPI {
    /// A container of a project on one host, by whose labels the host finds the project's Compose files.
    struct ComposeMember: Sendable {
        let host: HostInfo
        let container: ContainerID
    }

    /// How many hosts, or different sets of files, one request asks for.
    private static let composeMemberLimit = 16

    /// One container for each set of Compose files that a project's containers name, by host.
    func composeMembers(_ stack: String, _ parameters: Parameters) throws(Problem) -> [ComposeMember] {
        let view = fleet.read()
        var query = Query()
        query.stack = stack
        query.stackKind = Compose.compose
        query.hosts = try chosen(parameters).map { Set($0.map(\.key)) }
        let found = view.containers(matching: query)
        guard !found.slots.isEmpty else { throw .notFound("no host has a Compose project \(stack)") }
        var seen: Set<[String]> = []
        var members: [ComposeMember] = []
        for slot in found.slots {
            let container = view.summary(slot)
            guard let compose = container.compose, let host = directory[container.hostID] else { continue }
            let key = [host.id.rawValue, compose.workingDirectory] + compose.configFiles
            guard !compose.configFiles.isEmpty, seen.insert(key).inserted else { continue }
            members.append(ComposeMember(host: host, container: container.id))
        }
        guard !members.isEmpty else { throw .notFound("no container of \(stack) names its Compose files") }
        guard members.count <= Self.composeMemberLimit else {
            throw .badRequest(
                "\(stack) has more than \(Self.composeMemberLimit) sets of Compose files; choose hosts with host="
            )
        }
        return members
    }

    /// `GET /stacks/{name}/compose-file`: what the files of a Compose project say now, by host (requirement B13).
    func composeFiles(
        _ stack: String, _ members: [ComposeMember], within limit: Duration
    ) async -> HTTPServerResponse {
        let answers = await withTaskGroup(of: (Int, Result<JSONValue, RequestError>).self) { group in
            for (number, member) in members.enumerated() {
                group.addTask(name: "Compose files") {
                    (number, await self.composeFiles(member, within: limit))
                }
            }
            var answers: [Int: Result<JSONValue, RequestError>] = [:]
            for await (number, answer) in group { answers[number] = answer }
            return answers
        }
        if members.count == 1, case .failure(let error)? = answers[0] {
            return Problem.asked(error, of: members[0].host.id).response
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("stack", stack)
            writer.array("items") { writer in
                for (number, member) in members.enumerated() {
                    writer.object { writer in
                        writer.member("host", member.host.id.rawValue)
                        writer.member("hostName", member.host.name)
                        switch answers[number] {
                        case .success(let said): writer.files(said)
                        case .failure(let error): writer.member("error", error.sentence)
                        case nil: break
                        }
                    }
                }
            }
        }
        return .json(writer)
    }

    private func composeFiles(
        _ member: ComposeMember, within limit: Duration
    ) async -> Result<JSONValue, RequestError> {
        do throws(RequestError) {
            let question = Question(
                Operation.composeFile, of: member.container, timeout: limit, limit: 24 << 20)
            let body = try await broker.ask(member.host.id, question).rest()
            guard let said = try? JSONValue(parsing: body, limits: JSONLimits(depth: 8, length: 24 << 20))
            else {
                throw RequestError(
                    .broken,
                    "the agent of host \(member.host.id) sent Compose files that are no JSON; update it")
            }
            return .success(said)
        } catch {
            return .failure(error)
        }
    }
}

extension JSONWriter {
    /// Writes what an agent said of files, member by member: it may have said anything.
    fileprivate mutating func files(_ said: JSONValue) {
        array("files") { writer in
            for file in said["files"]?.elements ?? [] {
                writer.object { writer in
                    writer.member("path", file["path"]?.string ?? "")
                    writer.optional("modifiedAt", file["modifiedAt"]?.integer ?? 0)
                    writer.optional("error", file["error"]?.string ?? "")
                    if let content = file["content"]?.string { writer.member("content", content) }
                }
            }
        }
    }
}

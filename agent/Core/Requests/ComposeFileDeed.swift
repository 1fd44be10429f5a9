import Docker
import Inventory
import JSON
import OS
import Wire

extension RequestDesk {
    /// Lets aggregators read the Compose files that a container's labels name, below some folders (requirement B13).
    func serveComposeFiles(_ engine: EngineClient, below folders: ComposeFolders) {
        serve(
            Operation.composeFile,
            Deed { request, writer throws(RequestFailure) in
                guard let id = request.container else {
                    throw RequestFailure(
                        AgentReply.Failure.unsupported, "Compose files are a container's; name it")
                }
                let inspection: Inspection
                do throws(DockerError) {
                    inspection = try await engine.inspect(
                        id, deadline: .after(.milliseconds(request.timeout)))
                } catch {
                    throw RequestFailure(error)
                }
                let labels = Dictionary(
                    inspection.labels.map {
                        (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
                    }
                ) { one, _ in one }
                guard let compose = Compose(labels: labels), !compose.configFiles.isEmpty else {
                    throw RequestFailure(
                        AgentReply.Failure.notFound,
                        "the container's labels name no Compose file; Compose didn't make it, or an old one did"
                    )
                }
                var answer = JSONWriter()
                answer.object { answer in
                    answer.member("project", compose.project)
                    answer.array("files") { answer in
                        for file in folders.files(of: compose) {
                            answer.object { answer in
                                answer.member("path", file.path)
                                answer.optional("modifiedAt", file.modifiedAt)
                                answer.optional("error", file.error)
                                if file.error.isEmpty { answer.member("content", file.content) }
                            }
                        }
                    }
                }
                try await writer.send(answer.bytes)
            })
    }
}

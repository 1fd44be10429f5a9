import Docker
import JSON
import OS
import Wire

extension RequestDesk {
    /// Lets aggregators read what containers' health checks said (requirement C2).
    func serveHealthLog(_ engine: EngineClient) {
        serve(
            Operation.healthLog,
            Deed { request, writer throws(RequestFailure) in
                guard let id = request.container else {
                    throw RequestFailure(
                        AgentReply.Failure.unsupported, "a health check is one container's; name it")
                }
                let results: HealthResults
                do throws(DockerError) {
                    results = try await engine.healthResults(
                        of: id, deadline: .after(.milliseconds(request.timeout)))
                } catch {
                    throw RequestFailure(error)
                }
                var answer = JSONWriter()
                answer.object { writer in
                    writer.member("status", results.status)
                    writer.member("failingStreak", results.failingStreak)
                    writer.array("log") { writer in
                        for run in results.runs {
                            writer.object { writer in
                                writer.member("start", run.start)
                                writer.member("end", run.end)
                                writer.member("exitCode", run.exitCode)
                                writer.member("output", run.output)
                            }
                        }
                    }
                }
                try await writer.send(answer.bytes)
            })
    }
}

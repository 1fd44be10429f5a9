import Docker
import JSON
import OS
import Watch
import Wire

extension RequestDesk {
    /// Lets aggregators have the Engine asked now.
    ///
    /// The answer leaves when everything that was found has left, and says the version that this is.
    func serveRefresh(_ watcher: EngineWatcher, _ host: HostState) {
        serve(
            Operation.refresh,
            Deed { request, writer throws(RequestFailure) in
                do throws(DockerError) {
                    try await watcher.refresh(
                        request.container, deadline: .after(.milliseconds(request.timeout)))
                } catch {
                    throw RequestFailure(error)
                }
                var answer = JSONWriter()
                answer.object { $0.member("version", host.version) }
                try await writer.send(answer.bytes)
            })
    }
}

import AggregatorCore
import HTTPServer
import Inventory
import Log
import OS

extension FleetAPI {
    /// `GET /containers/{host}/{id}/logs`: a container's log, from its host as it is read here (requirement B13).
    func sendLogs(
        of place: (host: HostInfo, id: ContainerID), _ wanted: LogParameters, isHead: Bool,
        on exchange: HTTPExchange
    ) async {
        let answer: Answer
        do throws(RequestError) {
            answer = try broker.ask(place.host.id, wanted.question(place.id))
            try await answer.begin()
        } catch {
            return exchange.answer(Problem.asked(error, of: place.host.id).response)
        }
        let headers = [("Content-Type", wanted.form.type), ("Cache-Control", "no-store")]
        guard !isHead else { return exchange.answer(HTTPServerResponse(status: 200, headers: headers)) }
        let stream = exchange.stream(headers: headers)
        let quiet = quiet
        await withTaskGroup(of: Void.self) { group in
            group.addTask(name: "log") { await self.pass(answer, as: wanted, of: place.host, to: stream) }
            // A reader of a quiet log is missed only by asking.
            group.addTask(name: "reader") {
                await stream.waitForEnd(lookingEvery: min(quiet, .milliseconds(500)))
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func pass(
        _ answer: Answer, as wanted: LogParameters, of host: HostInfo, to stream: HTTPResponseStream
    ) async {
        var pieces = LogPieces(wanted.form, limit: wanted.limit)
        do {
            var reason: String?
            do {
                while !pieces.isFull, let bytes = try await answer.next() {
                    let text = try pieces.take(bytes)
                    if !text.isEmpty { try await stream.send(text) }
                }
            } catch let error as RequestError {
                reason = error.sentence
            } catch is LogFrames.Malformed {
                reason = "the agent of host \(host.id) sent a log that is none; update it"
            }
            guard !Task.isCancelled else { return }
            try await stream.send(pieces.finish(reason))
            // Text has no way to say that it isn't whole but to break off.
            if reason == nil || wanted.form != .text { stream.finish() }
            if let reason { log(.info, "a log broke off", ["host": "\(host.id)", "reason": reason]) }
        } catch {
            log(.debug, "a reader of a log went", ["reason": "\(error)"])
        }
    }
}

extension HTTPResponseStream {
    /// Waits until the peer has gone, or the task is cancelled.
    fileprivate func waitForEnd(lookingEvery pause: Duration) async {
        while !isClosed, (try? await BootClock().sleep(for: pause)) != nil {}
    }
}

import Inventory
import JSON
import Synchronization

/// The Engine's API: from a request to an answer.
extension SimulatedEngine {
    func answer(_ request: EngineRequest) -> EngineAnswer {
        do throws(EngineRefusal) {
            try check(version: request.version)
            switch request.path.first {
            case "_ping": return ping(request)
            case "version": return .json(facts.version)
            case "info": return info()
            case "events": return try events(request)
            case "containers": return try containers(request)
            case "networks": return try networks(request)
            default: throw EngineRefusal.pageNotFound
            }
        } catch {
            return .refusal(error)
        }
    }

    private func check(version: String?) throws(EngineRefusal) {
        guard let version else { return }
        let supported = facts.apiVersion
        let wanted = version.split(separator: ".").compactMap { Int($0) }
        let latest = supported.split(separator: ".").compactMap { Int($0) }
        guard wanted.count == 2 else { throw .pageNotFound }
        if latest.lexicographicallyPrecedes(wanted) {
            throw EngineRefusal(
                400, "client version \(version) is too new. Maximum supported API version is \(supported)")
        }
        if wanted.lexicographicallyPrecedes([1, 12]) {
            throw EngineRefusal(
                400,
                "client version \(version) is too old. Minimum supported API version is 1.12, "
                    + "please upgrade your client to a newer version")
        }
    }

    private func ping(_ request: EngineRequest) -> EngineAnswer {
        let headers = ["Cache-Control: no-cache, no-store, must-revalidate", "Pragma: no-cache"]
        return EngineAnswer(
            status: 200, contentType: "text/plain; charset=utf-8", body: .whole(Array("OK".utf8)),
            headers: headers)
    }

    private func info() -> EngineAnswer {
        let now = now()
        return shared.withLock { shared in
            let counts = EngineFacts.Counts(shared.state.containers.values)
            return .json(shared.facts.info(counts, listeners: shared.listeners.count, at: now))
        }
    }

    private func events(_ request: EngineRequest) throws(EngineRefusal) -> EngineAnswer {
        let filters = try EngineFilters(request.query["filters"] ?? "", allowing: EngineFilters.eventNames)
        let since = try time(request.query["since"])
        let until = try time(request.query["until"])
        return EngineAnswer(
            status: 200, body: .events(subscribe(since: since, until: until, filters: filters), until: until))
    }

    private func time(_ text: String?) throws(EngineRefusal) -> Int64? {
        guard let text, !text.isEmpty else { return nil }
        guard let time = EngineTime.parse(text) else {
            throw EngineRefusal(500, "strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        return time
    }

    private func containers(_ request: EngineRequest) throws(EngineRefusal) -> EngineAnswer {
        let path = request.path
        switch (request.method, path.count) {
        case ("GET", 2) where path[1] == "json": return try list(request)
        case ("GET", 3) where path[2] == "json": return try inspection(of: path[1])
        case ("GET", 3) where path[2] == "logs": return try log(of: path[1], request)
        case ("GET", 3) where path[2] == "stats": return try use(of: path[1], request)
        case ("POST", 2) where path[1] == "create": return try created(request)
        case ("POST", 3): return try acted(path[2], on: path[1], request)
        case ("DELETE", 2):
            try remove(path[1], force: request.flag("force"))
            return .noContent
        default: throw .pageNotFound
        }
    }

    private func list(_ request: EngineRequest) throws(EngineRefusal) -> EngineAnswer {
        let filters = try EngineFilters(request.query["filters"] ?? "", allowing: EngineFilters.listNames)
        var limit = Int.max
        if let text = request.query["limit"], !text.isEmpty {
            guard let number = Int(text) else {
                throw EngineRefusal(500, "strconv.Atoi: parsing \"\(text)\": invalid syntax")
            }
            if number > 0 { limit = number }
        }
        let all = request.flag("all") || filters.asksForStates || limit < .max
        let hidden = shared.withLock { $0.faults.hidden }
        let shown = containers.filter { container in
            (all || container.isLive) && filters.allows(container)
                && !hidden.contains(container.id.description)
        }
        let now = now()
        var writer = JSONWriter(capacity: 1_024 * min(shown.count, 4_096))
        writer.array { writer in
            for container in shown.prefix(limit) { container.writeListEntry(to: &writer, at: now) }
        }
        writer.newline()
        return .json(writer.bytes)
    }

    private func inspection(of reference: String) throws(EngineRefusal) -> EngineAnswer {
        let container = try container(reference)
        let hasVanished = shared.withLock { $0.faults.vanished.contains(container.id.description) }
        guard !hasVanished else { throw .noSuchContainer(reference) }
        var writer = JSONWriter(capacity: 4_096)
        container.writeInspection(to: &writer)
        writer.newline()
        return .json(writer.bytes)
    }

    private func use(of reference: String, _ request: EngineRequest) throws(EngineRefusal) -> EngineAnswer {
        let container = try container(reference)
        guard request.query["stream"] != nil, !request.flag("stream") else {
            throw EngineRefusal(501, "a simulated Engine gives single samples only: ask with stream=0")
        }
        var writer = JSONWriter(capacity: 2_048)
        container.writeUse(to: &writer, at: now(), isOneShot: request.flag("one-shot"), on: facts)
        return .json(writer.bytes)
    }

    private func created(_ request: EngineRequest) throws(EngineRefusal) -> EngineAnswer {
        guard !request.body.isEmpty else { throw EngineRefusal(500, "EOF") }
        guard let body = try? JSONValue(parsing: request.body) else {
            throw EngineRefusal(400, "invalid JSON: the body is not a JSON object")
        }
        let id = try create(ContainerSpec(name: request.query["name"] ?? "", api: body))
        return .json(status: 201) { writer in
            writer.member("Id", id.description)
            writer.array("Warnings") { _ in }
        }
    }

    private func acted(_ verb: String, on reference: String, _ request: EngineRequest) throws(EngineRefusal)
        -> EngineAnswer
    {
        switch verb {
        case "start": try start(reference)
        case "stop": try stop(reference)
        case "restart": try restart(reference)
        case "pause": try pause(reference)
        case "unpause": try unpause(reference)
        case "rename": try rename(reference, to: request.query["name"] ?? "")
        case "kill":
            let text = request.query["signal"] ?? ""
            guard let signal = Signal.number(text) else {
                throw EngineRefusal(400, "Invalid signal: \(text)")
            }
            try kill(reference, signal: signal)
        case "wait": return try waited(for: reference, request)
        default: throw .pageNotFound
        }
        return .noContent
    }

    /// Answers with the exit code: at once when nothing runs, else when it ends; `docker run` waits so.
    private func waited(for reference: String, _ request: EngineRequest) throws(EngineRefusal) -> EngineAnswer
    {
        let container = try container(reference)
        let condition = request.query["condition"] ?? ""
        if condition.isEmpty || condition == "not-running", !container.isLive {
            return .json { writer in writer.member("StatusCode", container.exitCode) }
        }
        let wanted = condition == "removed" ? "destroy" : "die"
        let filters = EngineFilters([
            "container": [container.id.description], "event": [wanted], "type": ["container"],
        ])
        return EngineAnswer(status: 200, body: .exit(subscribe(since: nil, until: nil, filters: filters)))
    }
}

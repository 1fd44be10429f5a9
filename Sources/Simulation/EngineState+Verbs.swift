import Inventory

/// What can be done to containers, with the Engine's refusals and events in the Engine's order.
extension EngineState {
    mutating func create(_ spec: ContainerSpec, at now: Int64) throws(EngineRefusal) -> ContainerID {
        let now = tick(now)
        let name = spec.name.isEmpty ? drawName() : spec.name
        try check(
            name, wording: "Invalid container name (\(name)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
        if let owner = names[name] { throw Self.conflict(name, owner) }
        let id = ContainerID(words: (random.next(), random.next(), random.next(), random.next()))
        var container = SimulatedContainer(id: id, name: name, spec: spec, created: now)
        switch spec.networkMode {
        case "host", "none": container.endpoints[spec.networkMode] = SimulatedEndpoint(networkID: "")
        case let mode where mode.hasPrefix("container:"): _ = try find(String(mode.dropFirst(10)))
        case let mode:
            let name = mode == "default" ? "bridge" : mode
            if name != "bridge" { _ = network(named: name, at: now) }
            container.endpoints[name] = SimulatedEndpoint(networkID: "", aliases: spec.aliases)
        }
        insert(container)
        emit("create", container, at: now)
        return id
    }

    mutating func start(_ reference: String, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        guard container.state != .paused else {
            throw EngineRefusal(409, "cannot start a paused container, try unpause instead")
        }
        guard container.state != .running else { throw .notModified }
        container.restartCount = 0
        try run(&container, at: now)
    }

    mutating func stop(_ reference: String, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        guard container.isLive else { throw .notModified }
        halt(&container, signal: 15, exitCode: 0, at: now)
        emit("stop", container, at: now)
    }

    mutating func restart(_ reference: String, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        if container.isLive {
            halt(&container, signal: 15, exitCode: 0, at: now)
            emit("stop", container, at: now)
        }
        container.restartCount = 0
        try run(&container, at: now)
        emit("restart", container, at: now)
    }

    mutating func kill(_ reference: String, signal: Int, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        guard container.isLive else {
            throw EngineRefusal(
                409, "Cannot kill container: \(reference): Container \(container.id) is not running")
        }
        // HUP, USR1, USR2, CHLD, CONT, WINCH: most programs live on (requirement R-18).
        if [1, 10, 12, 17, 18, 28].contains(signal) {
            emit("kill", container, at: now, ["signal": "\(signal)"])
        } else {
            halt(&container, signal: signal, exitCode: Int64(128 + signal), at: now)
        }
    }

    /// The main process ends by itself; by its restart policy the container then waits to be started again.
    mutating func crash(_ reference: String, exitCode: Int64, isOOM: Bool, at now: Int64)
        throws(EngineRefusal)
    {
        var container = try find(reference)
        guard container.state == .running else {
            throw EngineRefusal(409, "Container \(container.id) is not running")
        }
        if isOOM { emit("oom", container, at: now) }
        end(&container, exitCode: exitCode, at: now)
        container.isOOMKilled = isOOM
        let policy = container.spec.restartPolicy
        let comesBack =
            switch policy.name {
            case "always", "unless-stopped": true
            case "on-failure":
                exitCode != 0
                    && (policy.maximumRetryCount == 0 || container.restartCount < policy.maximumRetryCount)
            default: false
            }
        if comesBack { container.state = .restarting }
        store(container)
    }

    /// The Engine starts a container again that its restart policy keeps alive.
    mutating func comeBack(_ reference: String, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        guard container.state == .restarting else { throw .notModified }
        container.restartCount += 1
        try run(&container, at: now)
    }

    mutating func pause(_ reference: String, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        guard container.state != .paused else {
            throw EngineRefusal(409, "Container \(container.id) is already paused")
        }
        guard container.state == .running else {
            throw EngineRefusal(409, "Container \(container.id) is not running")
        }
        container.state = .paused
        store(container)
        emit("pause", container, at: now)
    }

    mutating func unpause(_ reference: String, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        guard container.state == .paused else {
            throw EngineRefusal(500, "Container \(container.id) is not paused")
        }
        container.state = .running
        store(container)
        emit("unpause", container, at: now)
    }

    mutating func rename(_ reference: String, to name: String, at now: Int64) throws(EngineRefusal) {
        guard !name.isEmpty else { throw EngineRefusal(400, "Neither old nor new names may be empty") }
        var container = try find(reference)
        let bare = name.hasPrefix("/") ? String(name.dropFirst()) : name
        guard bare != container.name else {
            throw EngineRefusal(400, "Renaming a container with the same name as its current name")
        }
        let wording = "Invalid container name (/\(bare)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
        try check(bare, wording: "Error when allocating new name: " + wording)
        if let owner = names[bare] {
            throw EngineRefusal(409, "Error when allocating new name: " + Self.conflict(bare, owner).message)
        }
        let old = container.name
        rename(&container, to: bare)
        emit("rename", container, at: now, ["oldName": "/" + old])
    }

    mutating func remove(_ reference: String, force: Bool, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        guard force || !container.isLive else {
            let what = container.state == .paused ? "paused" : "running"
            throw EngineRefusal(
                409,
                "You cannot remove a \(what) container \(container.id). "
                    + (what == "paused"
                        ? "Unpause and then stop the container before attempting removal or force remove"
                        : "Stop the container before attempting removal or force remove"))
        }
        if container.isLive { halt(&container, signal: 9, exitCode: 137, at: now) }
        remove(container)
        emit("destroy", container, at: now)
    }

    /// Runs the health check once, with the three events of an exec, and one more when the verdict changes.
    mutating func check(_ reference: String, as verdict: String, at now: Int64) throws(EngineRefusal) {
        var container = try find(reference)
        guard container.state == .running, var record = container.health else {
            throw EngineRefusal(409, "Container \(container.id) is not running, or has no health check")
        }
        let command = "/bin/sh -c \(container.spec.healthCheck)"
        let isGood = verdict != Health.unhealthy
        let exec = random.hexadecimal(64)
        emit("exec_create: \(command)", container, at: now, ["execID": exec])
        emit("exec_start: \(command)", container, at: now, ["execID": exec])
        emit("exec_die", container, at: now, ["execID": exec, "exitCode": isGood ? "0" : "1"])
        let time = tick(now)
        record.log.append(.init(start: time - 40_000_000, end: time, exitCode: isGood ? 0 : 1, output: ""))
        record.log.removeFirst(max(0, record.log.count - 5))
        record.failingStreak = isGood ? 0 : record.failingStreak + 1
        let isNews = record.status != verdict
        record.status = verdict
        container.health = record
        store(container)
        if isNews { emit("health_status: \(verdict)", container, at: now) }
    }

    // MARK: Steps

    private mutating func run(_ container: inout SimulatedContainer, at now: Int64) throws(EngineRefusal) {
        let now = tick(now)
        try plug(&container, at: now)
        for volume in container.spec.mounts where volume.type == "volume" {
            let attributes = [
                "container": container.id.description, "destination": volume.destination,
                "driver": volume.driver, "propagation": "", "read/write": "\(volume.isWritable)",
            ]
            emit("volume", "mount", volume.name, attributes, at: now)
        }
        container.state = .running
        container.pid = drawProcess()
        container.startedAt = tick(now)
        container.exitCode = 0
        container.error = ""
        container.isOOMKilled = false
        container.health = container.spec.healthCheck.isEmpty ? nil : HealthRecord()
        store(container)
        emit("start", container, at: now)
    }

    private mutating func halt(
        _ container: inout SimulatedContainer, signal: Int, exitCode: Int64, at now: Int64
    ) {
        if container.state != .restarting { emit("kill", container, at: now, ["signal": "\(signal)"]) }
        end(&container, exitCode: exitCode, at: now)
    }

    private mutating func end(_ container: inout SimulatedContainer, exitCode: Int64, at now: Int64) {
        let wasWaiting = container.state == .restarting
        container.state = .exited
        container.pid = 0
        if !wasWaiting {
            container.exitCode = exitCode
            container.finishedAt = tick(now)
            if container.health != nil { container.health?.status = Health.unhealthy }
            emit("die", container, at: now, ["exitCode": "\(exitCode)"])
            unplug(&container, at: now)
            for volume in container.spec.mounts where volume.type == "volume" {
                let attributes = ["container": container.id.description, "driver": volume.driver]
                emit("volume", "unmount", volume.name, attributes, at: now)
            }
        }
        store(container)
    }

    private func check(_ name: String, wording: String) throws(EngineRefusal) {
        let bytes = Array(name.utf8)
        let isGood =
            bytes.count > 1
            && bytes.enumerated().allSatisfy { index, byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case 0x2D, 0x2E, 0x5F: index > 0
                default: false
                }
            }
        guard isGood else { throw EngineRefusal(400, wording) }
    }

    private static func conflict(_ name: String, _ owner: ContainerID) -> EngineRefusal {
        EngineRefusal(
            409,
            "Conflict. The container name \"/\(name)\" is already in use by container \"\(owner)\". "
                + "You have to remove (or rename) that container to be able to reuse that name.")
    }

    private mutating func drawName() -> String {
        let moods = ["brave", "calm", "eager", "keen", "lucid", "quiet", "swift", "vivid"]
        let people = ["curie", "darwin", "euler", "hopper", "lovelace", "noether", "turing", "wright"]
        while true {
            let drawn = "\(random.pick(moods))_\(random.pick(people))_\(random.hexadecimal(4))"
            if names[drawn] == nil { return drawn }
        }
    }
}

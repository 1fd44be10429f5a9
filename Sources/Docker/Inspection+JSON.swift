internal import Inventory
package import JSON
internal import OS

extension Inspection {
    /// Decodes the Engine's answer; what this program doesn't need is checked and passed over.
    ///
    /// - Throws: `JSONError` when the answer is not JSON, has another shape, or lacks an id.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        var id: ContainerID?
        var status = Status(state: .created)
        var network = Network()
        var config = Config(name: "")
        var labels: [Label] = []
        var environment: [ArraySlice<UInt8>] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "Id": id = ContainerID(utf8: try reader.readUTF8())
            case "Created": config.created = try reader.readTime()
            case "Name":
                let name = try reader.readText()
                config.name = name.hasPrefix("/") ? String(name.dropFirst()) : name
            case "Image": config.imageID = try reader.readText()
            case "RestartCount": status.restartCount = try reader.readNumber()
            case "State": try reader.readState(&status)
            case "Config": try reader.readMaking(&config, &labels, &environment)
            case "HostConfig": try reader.readHostSide(&config, &network)
            case "NetworkSettings": try reader.readNetworkSettings(&network)
            case "Mounts": config.mounts = try reader.readMounts()
            default: try reader.skip()
            }
        }
        try reader.finish()
        guard let id else { throw JSONError(.invalidValue, at: 0, "Id") }
        if config.name.isEmpty { config.name = id.short }
        self.init(id: id)
        self.status = status
        self.network = network
        self.config = config
        self.labels = labels
        self.environment = environment
    }
}

extension JSONReader {
    /// Reads an RFC 3339 time as milliseconds since 1970; 0 for null, for the empty text and for Go's zero time.
    fileprivate mutating func readTime() throws(JSONError) -> Int64 {
        let start = position
        let text = try readText()
        if text.isEmpty { return 0 }
        guard let time = Timestamp(rfc3339: text) else { throw JSONError(.invalidValue, at: start, "a time") }
        return max(0, time.milliseconds)
    }

    fileprivate mutating func readState(_ status: inout Status) throws(JSONError) {
        var state = ""
        var (isRunning, isPaused, isRestarting) = (false, false, false)
        guard try beginObjectUnlessNull() else { return }
        while let key = try nextKey() {
            switch key {
            case "Status": state = try readText()
            case "Running": isRunning = try readFlag()
            case "Paused": isPaused = try readFlag()
            case "Restarting": isRestarting = try readFlag()
            case "OOMKilled": status.isOOMKilled = try readFlag()
            case "Dead": status.isDead = try readFlag()
            case "Pid": status.pid = try readNumber()
            case "ExitCode": status.exitCode = try readNumber()
            case "Error": status.error = try readText()
            case "StartedAt": status.startedAt = try readTime()
            case "FinishedAt": status.finishedAt = try readTime()
            case "Health": status.health = try readHealth()
            // Podman before 4 names it so.
            case "Healthcheck": status.health = try readHealth()
            default: try skip()
            }
        }
        // The Engine's own precedence (`StateString` of its source), for those that give only the flags.
        status.state =
            !state.isEmpty
            ? ContainerState(rawValue: state)
            : isRunning
                ? (isPaused ? .paused : isRestarting ? .restarting : .running)
                : status.isDead ? .dead : status.startedAt == 0 ? .created : .exited
    }

    private mutating func readHealth() throws(JSONError) -> Health? {
        var health = Health(status: "")
        guard try beginObjectUnlessNull() else { return nil }
        while let key = try nextKey() {
            switch key {
            case "Status": health.status = try readText()
            case "FailingStreak": health.failingStreak = try readNumber()
            default: try skip()
            }
        }
        return health.status.isEmpty || health.status == "none" ? nil : health
    }

    fileprivate mutating func readMaking(
        _ config: inout Config, _ labels: inout [Inspection.Label], _ environment: inout [ArraySlice<UInt8>]
    ) throws(JSONError) {
        guard try beginObjectUnlessNull() else { return }
        while let key = try nextKey() {
            switch key {
            case "Hostname": config.hostname = try readText()
            case "User": config.user = try readText()
            case "WorkingDir": config.workingDirectory = try readText()
            case "Image": config.image = try readText()
            case "Entrypoint": config.entrypoint = try readTexts()
            case "Cmd": config.command = try readTexts()
            case "Env":
                guard try beginArrayUnlessNull() else { continue }
                while try nextElement() { environment.append(try readUTF8()) }
            case "Labels":
                guard try beginObjectUnlessNull() else { continue }
                while let name = try nextKey() {
                    labels.append(.init(name: name.utf8, value: try readUTF8()))
                }
            default: try skip()
            }
        }
    }

    fileprivate mutating func readHostSide(
        _ config: inout Config, _ network: inout Network
    ) throws(JSONError) {
        guard try beginObjectUnlessNull() else { return }
        while let key = try nextKey() {
            switch key {
            case "NetworkMode": network.mode = try readText()
            case "Memory": config.memoryLimit = max(0, try readNumber())
            case "Links": config.links = try readTexts().sorted()
            case "PortBindings": config.portBindings = try readPorts().filter { $0.publicPort > 0 }
            case "RestartPolicy":
                guard try beginObjectUnlessNull() else { continue }
                while let key = try nextKey() {
                    switch key {
                    case "Name": config.restartPolicy.name = try readText()
                    case "MaximumRetryCount": config.restartPolicy.maximumRetryCount = try readNumber()
                    default: try skip()
                    }
                }
            case "LogConfig":
                guard try beginObjectUnlessNull() else { continue }
                while let key = try nextKey() {
                    switch key {
                    case "Type": config.logDriver = try readText()
                    default: try skip()
                    }
                }
            default: try skip()
            }
        }
    }

    fileprivate mutating func readMounts() throws(JSONError) -> [Mount] {
        var mounts: [Mount] = []
        guard try beginArrayUnlessNull() else { return [] }
        while try nextElement() {
            var mount = Mount(type: "", destination: "")
            try beginObject()
            while let key = try nextKey() {
                switch key {
                case "Type": mount.type = try readText()
                case "Name": mount.name = try readText()
                case "Source": mount.source = try readText()
                case "Destination": mount.destination = try readText()
                case "Driver": mount.driver = try readText()
                case "Mode": mount.mode = try readText()
                case "RW": mount.isWritable = try readFlag()
                case "Propagation": mount.propagation = try readText()
                default: try skip()
                }
            }
            mounts.append(mount)
        }
        // The Engine walks a map: the order differs from answer to answer.
        return mounts.sorted {
            ($0.destination, $0.source, $0.type) < ($1.destination, $1.source, $1.type)
        }
    }
}

package import Inventory
package import JSON

extension JSONWriter {
    /// Writes the `config` facet; members that hold their default are left out, maps are sorted.
    package mutating func facet(_ config: Config) {
        object { writer in
            writer.member("name", config.name)
            writer.optional("image", config.image)
            writer.optional("imageId", config.imageID)
            writer.optional("created", config.created)
            writer.optional("entrypoint", config.entrypoint)
            writer.optional("command", config.command)
            writer.optional("labels", config.labels)
            writer.environment(config.environment)
            writer.optional("hostname", config.hostname)
            writer.optional("user", config.user)
            writer.optional("workingDir", config.workingDirectory)
            if config.restartPolicy != RestartPolicy() {
                writer.object("restartPolicy") { writer in
                    writer.member("name", config.restartPolicy.name)
                    writer.optional("maximumRetryCount", config.restartPolicy.maximumRetryCount)
                }
            }
            if !config.mounts.isEmpty {
                writer.array("mounts") { writer in
                    for mount in config.mounts { writer.mount(mount) }
                }
            }
            if !config.portBindings.isEmpty {
                writer.array("portBindings") { writer in
                    for port in config.portBindings { writer.port(port) }
                }
            }
            writer.optional("links", config.links)
            writer.optional("logDriver", config.logDriver)
            writer.optional("memoryLimit", config.memoryLimit)
            writer.truncations(config.truncated)
        }
    }

    /// Writes one mount, as in the `config` facet.
    package mutating func mount(_ mount: Mount) {
        object { writer in
            writer.member("type", mount.type)
            writer.optional("name", mount.name)
            writer.optional("source", mount.source)
            writer.member("destination", mount.destination)
            writer.optional("driver", mount.driver)
            writer.optional("mode", mount.mode)
            writer.optional("rw", mount.isWritable)
            writer.optional("propagation", mount.propagation)
        }
    }

    private mutating func environment(_ environment: [String: EnvironmentValue]) {
        guard !environment.isEmpty else { return }
        object("env") { writer in
            for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                writer.object { writer in
                    switch value {
                    case .value(let text): writer.member("value", text)
                    case .digest(let digest): writer.member("digest", digest)
                    }
                }
            }
        }
    }

    private mutating func truncations(_ truncated: [String: Truncation]) {
        guard !truncated.isEmpty else { return }
        object("truncated") { writer in
            for (path, what) in truncated.sorted(by: { $0.key < $1.key }) {
                writer.key(path)
                writer.object { writer in
                    writer.member("length", what.length)
                    writer.member("digest", what.digest)
                }
            }
        }
    }
}

extension JSONReader {
    /// Reads the `config` facet; unknown members are passed over.
    package mutating func readConfig() throws(JSONError) -> Config {
        let start = position
        var config = Config(name: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "name": config.name = try readString()
            case "image": config.image = try readString()
            case "imageId": config.imageID = try readString()
            case "created": config.created = try readInteger()
            case "entrypoint": config.entrypoint = try readStrings()
            case "command": config.command = try readStrings()
            case "labels": config.labels = try readStringMap()
            case "env": config.environment = try readEnvironment()
            case "hostname": config.hostname = try readString()
            case "user": config.user = try readString()
            case "workingDir": config.workingDirectory = try readString()
            case "restartPolicy": config.restartPolicy = try readRestartPolicy()
            case "mounts":
                try beginArray()
                while try nextElement() { config.mounts.append(try readMount()) }
            case "portBindings":
                try beginArray()
                while try nextElement() { config.portBindings.append(try readPort()) }
            case "links": config.links = try readStrings()
            case "logDriver": config.logDriver = try readString()
            case "memoryLimit": config.memoryLimit = try readInteger()
            case "truncated": config.truncated = try readTruncations()
            default: try skip()
            }
        }
        guard !config.name.isEmpty else { throw JSONError(.invalidValue, at: start, "config.name") }
        return config
    }

    /// Reads one mount, as in the `config` facet.
    package mutating func readMount() throws(JSONError) -> Mount {
        var mount = Mount(type: "", destination: "")
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "type": mount.type = try readString()
            case "name": mount.name = try readString()
            case "source": mount.source = try readString()
            case "destination": mount.destination = try readString()
            case "driver": mount.driver = try readString()
            case "mode": mount.mode = try readString()
            case "rw": mount.isWritable = try readBool()
            case "propagation": mount.propagation = try readString()
            default: try skip()
            }
        }
        return mount
    }

    private mutating func readRestartPolicy() throws(JSONError) -> RestartPolicy {
        var policy = RestartPolicy()
        try beginObject()
        while let key = try nextKey() {
            switch key {
            case "name": policy.name = try readString()
            case "maximumRetryCount": policy.maximumRetryCount = try readInteger()
            default: try skip()
            }
        }
        return policy
    }

    private mutating func readEnvironment() throws(JSONError) -> [String: EnvironmentValue] {
        var environment: [String: EnvironmentValue] = [:]
        try beginObject()
        while let name = try nextKey() {
            var value = EnvironmentValue.digest("")
            try beginObject()
            while let key = try nextKey() {
                switch key {
                case "value": value = .value(try readString())
                case "digest": value = .digest(try readString())
                default: try skip()
                }
            }
            environment[name.string] = value
        }
        return environment
    }

    private mutating func readTruncations() throws(JSONError) -> [String: Truncation] {
        var truncated: [String: Truncation] = [:]
        try beginObject()
        while let path = try nextKey() {
            var what = Truncation(length: 0, digest: "")
            try beginObject()
            while let key = try nextKey() {
                switch key {
                case "length": what.length = try readInteger()
                case "digest": what.digest = try readString()
                default: try skip()
                }
            }
            truncated[path.string] = what
        }
        return truncated
    }
}

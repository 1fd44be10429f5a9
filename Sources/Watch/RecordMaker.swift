package import Docker
package import Inventory
internal import JSON
package import Wire

/// Makes the record that may leave the host of what the Engine said: secrets replaced, sizes limited.
package struct RecordMaker: Sendable {
    private let redaction: Redaction
    private let key: SipHash.Key

    package init(redaction: Redaction, key: SipHash.Key) {
        self.redaction = redaction
        self.key = key
    }

    /// The record of one container.
    ///
    /// - Parameters:
    ///   - inspection: What the Engine said.
    ///   - image: The image as `docker ps` shows it; the reference that it was made from unless given.
    /// - Returns: Equal records for equal answers, whatever order their parts came in.
    package func record(of inspection: Inspection, image: String? = nil) -> Container {
        let limits = ContentLimits()
        let secret = SecretDigest(key: key)
        // The reserve is for what notes and brackets take beyond what is counted.
        var budget = ContentBudget(room: limits.facet - 16_384, secret: secret)
        var config = self.config(inspection, image ?? inspection.config.image, limits, secret, &budget)

        var rest = ContentBudget(room: limits.facet - 16_384, secret: secret)
        var status = inspection.status
        status.error = rest.text(status.error, limits.text, at: "status.error")
        status.state = ContainerState(rawValue: rest.text(status.state.rawValue, 64, at: "status.state"))
        if let health = status.health {
            status.health?.status = rest.text(health.status, 64, at: "status.health")
        }
        let network = self.network(inspection.network, limits, &rest)

        config.truncated = budget.notes.merging(rest.notes) { one, _ in one }
        return Container(
            id: inspection.id, status: status, network: network, config: config,
            compose: Compose(labels: config.labels))
    }

    private func config(
        _ inspection: Inspection, _ image: String, _ limits: ContentLimits, _ secret: SecretDigest,
        _ budget: inout ContentBudget
    ) -> Config {
        let given = inspection.config
        var config = Config(name: budget.text(given.name, limits.text, at: "name"))
        config.image = budget.text(image, limits.text, at: "image")
        config.imageID = budget.text(given.imageID, limits.text, at: "imageId")
        config.created = given.created
        config.hostname = budget.text(given.hostname, limits.text, at: "hostname")
        config.user = budget.text(given.user, limits.text, at: "user")
        config.workingDirectory = budget.text(given.workingDirectory, limits.text, at: "workingDir")
        config.logDriver = budget.text(given.logDriver, limits.text, at: "logDriver")
        config.restartPolicy = RestartPolicy(
            name: budget.text(given.restartPolicy.name, limits.text, at: "restartPolicy"),
            maximumRetryCount: given.restartPolicy.maximumRetryCount)
        config.memoryLimit = given.memoryLimit
        config.entrypoint = words(given.entrypoint, limits.word, at: "entrypoint", &budget)
        config.command = words(given.command, limits.word, at: "command", &budget)
        config.mounts = mounts(given.mounts, limits, &budget)
        config.portBindings = ports(given.portBindings, at: "portBindings", &budget)

        let ranked = inspection.labels.map { (label: $0, rank: ContentLimits.rank(label: $0.name)) }
            .sorted { $0.rank == $1.rank ? $0.label.name.precedes($1.label.name) : $0.rank < $1.rank }
        let first = ranked.prefix { $0.rank < 2 }.map { $0.label }
        let others = ranked.dropFirst(first.count).map { $0.label }
        add(first, limits, secret, &config, &budget, all: inspection.labels)
        add(inspection.environment, limits, secret, &config, &budget)
        add(others, limits, secret, &config, &budget, all: inspection.labels)
        config.links = words(given.links, limits.text, at: "links", &budget)
        return config
    }

    private func add(
        _ labels: [Inspection.Label], _ limits: ContentLimits, _ secret: SecretDigest, _ config: inout Config,
        _ budget: inout ContentBudget, all: [Inspection.Label]
    ) {
        for label in labels {
            guard config.labels.count < limits.labels, label.name.count <= limits.text,
                budget.take(ContentBudget.encodedLength(label.name))
            else {
                budget.note("labels", length: all.count, all.flatMap { $0.name + [0] + $0.value + [0] })
                continue
            }
            let name = String(decoding: label.name, as: UTF8.self)
            if redaction.hides(label: label.name) {
                config.labels[name] = Redaction.hiddenPrefix + secret.of(label.name, label.value)
            } else {
                let value = budget.cut(label.value, limits.text, at: "labels.\(name)")
                config.labels[name] = String(decoding: value, as: UTF8.self)
            }
        }
    }

    private func add(
        _ environment: [ArraySlice<UInt8>], _ limits: ContentLimits, _ secret: SecretDigest,
        _ config: inout Config, _ budget: inout ContentBudget
    ) {
        // Of a name that is given twice, the later value counts, as in the Engine.
        var values: [ArraySlice<UInt8>: ArraySlice<UInt8>] = [:]
        for entry in environment {
            let name = entry.prefix { $0 != 0x3D }
            values[name] = entry[name.endIndex...].dropFirst()
        }
        for (name, value) in values.sorted(by: { $0.key.precedes($1.key) }) {
            guard name.count <= limits.text, budget.take(ContentBudget.encodedLength(name) + 40) else {
                budget.note("env", length: values.count, environment.flatMap { $0 + [0] })
                continue
            }
            let text = String(decoding: name, as: UTF8.self)
            config.environment[text] =
                redaction.shows(environment: name)
                ? .value(String(decoding: budget.cut(value, limits.text, at: "env.\(text)"), as: UTF8.self))
                : .digest(secret.of(name, value))
        }
    }

    private func words(
        _ words: [String], _ limit: Int, at path: String, _ budget: inout ContentBudget
    ) -> [String] {
        var kept: [String] = []
        for word in words {
            // A quarter of the facet for words at most, so that labels find room.
            guard budget.room > 0, kept.count < 4_096 else {
                budget.note(path, length: words.count, words.flatMap { Array($0.utf8) + [0] })
                break
            }
            kept.append(budget.text(word, limit, at: "\(path).\(kept.count)"))
        }
        return kept
    }

    private func mounts(_ mounts: [Mount], _ limits: ContentLimits, _ budget: inout ContentBudget) -> [Mount]
    {
        var kept: [Mount] = []
        for mount in mounts {
            guard budget.room > 0 else {
                budget.note("mounts", length: mounts.count, Self.text(of: mounts))
                break
            }
            let path = "mounts.\(kept.count)"
            var copy = Mount(
                type: budget.text(mount.type, limits.text, at: path),
                destination: budget.text(mount.destination, limits.text, at: path))
            copy.name = budget.text(mount.name, limits.text, at: path)
            copy.source = budget.text(mount.source, limits.text, at: path)
            copy.driver = budget.text(mount.driver, limits.text, at: path)
            copy.mode = budget.text(mount.mode, limits.text, at: path)
            copy.propagation = budget.text(mount.propagation, limits.text, at: path)
            copy.isWritable = mount.isWritable
            kept.append(copy)
        }
        return kept
    }
}

extension RecordMaker {
    private static func text(of mounts: [Mount]) -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for mount in mounts { writer.mount(mount) }
        }
        return writer.bytes
    }
}

extension ArraySlice<UInt8> {
    /// The order of bytes, which is also that of code points.
    fileprivate func precedes(_ other: ArraySlice<UInt8>) -> Bool { lexicographicallyPrecedes(other) }
}

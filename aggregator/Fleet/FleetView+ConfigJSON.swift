import JSON

extension FleetView {
    func write(_ config: ConfigWords, _ fields: FieldSet, into writer: inout JSONWriter) {
        var object = LazyObject("config")
        if config.image != 0, fields.contains(.image) {
            object.open(&writer)
            writer.member("image", text: config.image, in: snapshot.strings)
        }
        if config.created != 0, fields.contains(.created) {
            object.open(&writer)
            writer.member("created", config.created)
        }
        if fields.contains(.entrypoint) { write("entrypoint", config.entrypoint, in: &object, &writer) }
        if fields.contains(.command) { write("command", config.command, in: &object, &writer) }
        if config.labelCount > 0, fields.contains(.labels) {
            object.open(&writer)
            writer.key("labels")
            writer.beginObject()
            for index in 0..<config.labelCount {
                writer.key(text: config.labelKey(index), in: snapshot.strings)
                writer.string(text: config.labelValue(index), in: snapshot.strings)
            }
            writer.endObject()
        }
        if config.restartPolicy != 0, fields.contains(.restartPolicy) {
            object.open(&writer)
            writer.key("restartPolicy")
            writer.beginObject()
            writer.member("name", text: config.restartPolicy, in: snapshot.strings)
            writer.endObject()
        }
        if config.mountCount > 0, fields.contains(.mounts) {
            object.open(&writer)
            writer.key("mounts")
            writer.beginArray()
            for index in 0..<config.mountCount { write(config.mount(index), into: &writer) }
            writer.endArray()
        }
        object.close(&writer)
    }

    func write(_ compose: ComposeWords, _ fields: FieldSet, into writer: inout JSONWriter) {
        var object = LazyObject("compose")
        func text(_ field: FieldSet, _ name: StaticString, _ number: UInt32) {
            guard number != 0, fields.contains(field) else { return }
            object.open(&writer)
            writer.member(name, text: number, in: snapshot.strings)
        }
        text(.kind, "kind", compose.kind)
        text(.project, "project", compose.project)
        text(.service, "service", compose.service)
        if compose.number != 0, fields.contains(.number) {
            object.open(&writer)
            writer.member("number", compose.number)
        }
        if fields.contains(.configFiles) { write("configFiles", compose.configFiles, in: &object, &writer) }
        text(.workingDirectory, "workingDir", compose.workingDirectory)
        if compose.isOneOff, fields.contains(.oneOff) {
            object.open(&writer)
            writer.member("oneoff", true)
        }
        object.close(&writer)
    }

    private func write(_ mount: ConfigWords.Mount, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", text: mount.type, in: snapshot.strings)
        if mount.name != 0 { writer.member("name", text: mount.name, in: snapshot.strings) }
        if mount.source != 0 { writer.member("source", text: mount.source, in: snapshot.strings) }
        writer.member("destination", text: mount.destination, in: snapshot.strings)
        if mount.driver != 0 { writer.member("driver", text: mount.driver, in: snapshot.strings) }
        writer.optional("rw", mount.isWritable)
        writer.endObject()
    }

    private func write(
        _ name: StaticString, _ texts: ArraySlice<UInt32>, in object: inout LazyObject,
        _ writer: inout JSONWriter,
    ) {
        guard !texts.isEmpty else { return }
        object.open(&writer)
        writer.key(name)
        writer.beginArray()
        for number in texts { writer.string(text: number, in: snapshot.strings) }
        writer.endArray()
    }
}

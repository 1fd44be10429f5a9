import JSON

extension FleetView {
    func write(_ config: ConfigWords, _ fields: FieldSet, into writer: inout JSONWriter) {
        var object = LazyObject("config")
        if config.image != 0, fields.contains(.image) {
            object.open(&writer)
            writer.member("image", snapshot.strings[config.image])
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
                writer.key(snapshot.strings[config.labelKey(index)])
                writer.string(snapshot.strings[config.labelValue(index)])
            }
            writer.endObject()
        }
        if config.restartPolicy != 0, fields.contains(.restartPolicy) {
            object.open(&writer)
            writer.key("restartPolicy")
            writer.beginObject()
            writer.member("name", snapshot.strings[config.restartPolicy])
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
            writer.member(name, snapshot.strings[number])
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
        writer.member("type", snapshot.strings[mount.type])
        if mount.name != 0 { writer.member("name", snapshot.strings[mount.name]) }
        if mount.source != 0 { writer.member("source", snapshot.strings[mount.source]) }
        writer.member("destination", snapshot.strings[mount.destination])
        if mount.driver != 0 { writer.member("driver", snapshot.strings[mount.driver]) }
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
        for number in texts { writer.string(snapshot.strings[number]) }
        writer.endArray()
    }
}

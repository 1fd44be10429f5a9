import Inventory

/// A container's cells in docker's words.
///
/// What nearly every container has is put together from bytes; whatever is out of the ordinary takes the same way
/// through texts as everywhere else, so that the rules stand in one place.
extension TableText {
    /// The image's cell (see `imageText`).
    mutating func addImage(_ image: ArraySlice<UInt8>, isWhole: Bool) {
        // Only these can be a digest, an id or of the default registry.
        let isOrdinary =
            image.count < 64 && image.first != UInt8(ascii: "d") && image.first != UInt8(ascii: "i")
            && !image.contains(UInt8(ascii: "@"))
        guard !image.isEmpty, isWhole || isOrdinary else {
            return add(imageText(String(decoding: image, as: UTF8.self), isWhole: isWhole))
        }
        append(image)
        end()
    }

    /// The command's cell (see `commandText`).
    mutating func addCommand(of container: ListedContainer, isWhole: Bool) {
        let start = bytes.count
        append(UInt8(ascii: "\""))
        for words in [container.entrypoint, container.command] {
            for word in words {
                guard bytes.count > start + 1 else {
                    append(word)
                    continue
                }
                let hasBlank = word.contains(0x20)
                append(hasBlank ? " '" : " ")
                append(word)
                if hasBlank { append(UInt8(ascii: "'")) }
            }
        }
        let hasEscapes = bytes[(start + 1)...].contains { $0 == 0x22 || $0 == 0x5C }
        guard !hasEscapes, isPlain(from: start) else {
            shorten(to: start)
            return add(
                commandText(
                    entrypoint: container.entrypoint.map { String(decoding: $0, as: UTF8.self) },
                    command: container.command.map { String(decoding: $0, as: UTF8.self) }, isWhole: isWhole))
        }
        let isCut = !isWhole && bytes.count - start - 1 > 20
        if isCut {
            shorten(to: start + 20)
            append("…")
        }
        append(UInt8(ascii: "\""))
        end(columns: isCut ? 22 : bytes.count - start)
    }

    /// The cell of when it was created; docker knows whole seconds only.
    mutating func addAge(created: Int64, now: Int64) {
        append(HumanDuration(milliseconds: now - (created - created % 1000)))
        append(" ago")
        end()
    }

    /// The status's cell (see `statusText`).
    mutating func addStatus(of container: ListedContainer, now: Int64) {
        if container.state == Self.running {
            append("Up ")
            append(HumanDuration(milliseconds: now - container.startedAt))
            if !container.health.isEmpty, container.health != Self.none {
                append(container.health == Self.starting ? " (health: " : " (")
                append(container.health)
                append(UInt8(ascii: ")"))
            }
            end()
        } else if container.state == Self.exited, container.startedAt > 0, container.finishedAt > 0 {
            append("Exited (")
            append(container.exitCode)
            append(") ")
            append(HumanDuration(milliseconds: now - container.finishedAt))
            append(" ago")
            end()
        } else {
            var status = Status(
                state: ContainerState(rawValue: String(decoding: container.state, as: UTF8.self)))
            status.startedAt = container.startedAt
            status.finishedAt = container.finishedAt
            status.exitCode = container.exitCode
            if !container.health.isEmpty {
                status.health = Health(status: String(decoding: container.health, as: UTF8.self))
            }
            add(statusText(status, now: now))
        }
    }

    /// The ports' cell (see `portsText`).
    mutating func addPorts(_ ports: [ListedContainer.Port]) {
        let areMapped = ports.allSatisfy { !$0.ip.isEmpty && $0.publicPort != $0.privatePort }
        guard areMapped || ports.count == 1 else { return add(portsText(ports.map(Port.init))) }
        for (index, port) in ports.sorted(by: Self.isBefore).enumerated() {
            if index > 0 { append(", ") }
            if !port.ip.isEmpty {
                append(port.ip)
                append(UInt8(ascii: ":"))
                append(Int64(areMapped ? port.publicPort : port.privatePort))
                append("->")
            }
            append(Int64(port.privatePort))
            append(UInt8(ascii: "/"))
            if port.type.isEmpty { append("tcp") } else { append(port.type) }
        }
        end()
    }

    private mutating func append(_ duration: HumanDuration) {
        if let count = duration.count { append(count) }
        append(duration.words)
    }

    private static func isBefore(_ one: ListedContainer.Port, _ other: ListedContainer.Port) -> Bool {
        if one.privatePort != other.privatePort { return one.privatePort < other.privatePort }
        if one.ip != other.ip { return one.ip.lexicographicallyPrecedes(other.ip) }
        if one.publicPort != other.publicPort { return one.publicPort < other.publicPort }
        return one.type.lexicographicallyPrecedes(other.type)
    }

    private static let running = Array("running".utf8)[...]
    private static let exited = Array("exited".utf8)[...]
    private static let starting = Array("starting".utf8)[...]
    private static let none = Array("none".utf8)[...]
}

extension Port {
    /// The same port with its texts.
    fileprivate init(_ port: ListedContainer.Port) {
        self.init(privatePort: port.privatePort)
        publicPort = port.publicPort
        ip = String(decoding: port.ip, as: UTF8.self)
        if !port.type.isEmpty { type = String(decoding: port.type, as: UTF8.self) }
    }
}

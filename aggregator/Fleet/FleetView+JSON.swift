import Inventory
package import JSON

extension FleetView {
    /// Writes a container's object, straight from the columns; members that hold their default are left out.
    package func write(_ slot: Slot, _ fields: FieldSet = .all, into writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(slot, fields, into: &writer)
        writer.endObject()
    }

    /// Writes a container's members into an object that is open, so that others can stand beside them.
    package func writeMembers(_ slot: Slot, _ fields: FieldSet = .all, into writer: inout JSONWriter) {
        let record = snapshot.records[slot.number]
        if fields.contains(.host), let id = snapshot.hosts[record.host]?.id {
            writer.member("host", id.rawValue)
        }
        if fields.contains(.hostName), let name = snapshot.hosts[record.host]?.name {
            writer.optional("hostName", name)
        }
        if fields.contains(.id) {
            var text = ShortText()
            text.append(snapshot.ids[slot.number])
            writer.key("id")
            text.write(to: &writer)
        }
        if fields.contains(.name) { writer.member("name", text: record.name, in: snapshot.strings) }
        if !fields.isDisjoint(with: .status) { write(record.status, fields, into: &writer) }
        if !fields.isDisjoint(with: .network), let network = record.packed.network {
            write(network, fields, into: &writer)
        }
        if !fields.isDisjoint(with: .config), let config = record.packed.config {
            write(config, fields, into: &writer)
        }
        if !fields.isDisjoint(with: .compose), let compose = record.packed.compose {
            write(compose, fields, into: &writer)
        }
        if fields.contains(.changedAt) { writer.member("changedAt", record.changedAt) }
    }

    private func write(_ status: StatusColumns, _ fields: FieldSet, into writer: inout JSONWriter) {
        var object = LazyObject("status")
        func number(_ field: FieldSet, _ name: StaticString, _ value: Int64) {
            guard value != 0, fields.contains(field) else { return }
            object.open(&writer)
            writer.member(name, value)
        }
        func flag(_ field: FieldSet, _ name: StaticString, _ value: Bool) {
            guard value, fields.contains(field) else { return }
            object.open(&writer)
            writer.member(name, true)
        }
        if fields.contains(.state) {
            object.open(&writer)
            writer.member("state", text: status.state, in: snapshot.strings)
        }
        number(.pid, "pid", status.pid)
        number(.startedAt, "startedAt", status.startedAt)
        number(.finishedAt, "finishedAt", status.finishedAt)
        number(.exitCode, "exitCode", status.exitCode)
        if status.error != 0, fields.contains(.error) {
            object.open(&writer)
            writer.member("error", text: status.error, in: snapshot.strings)
        }
        flag(.oomKilled, "oomKilled", status.isOOMKilled)
        flag(.dead, "dead", status.isDead)
        number(.restartCount, "restartCount", status.restartCount)
        if status.hasHealth, fields.contains(.health) {
            object.open(&writer)
            writer.key("health")
            writer.beginObject()
            writer.member("status", text: status.health, in: snapshot.strings)
            writer.optional("failingStreak", status.failingStreak)
            writer.endObject()
        }
        object.close(&writer)
    }

    private func write(_ network: NetworkWords, _ fields: FieldSet, into writer: inout JSONWriter) {
        var object = LazyObject("network")
        if network.mode != 0, fields.contains(.mode) {
            object.open(&writer)
            writer.member("mode", text: network.mode, in: snapshot.strings)
        }
        if network.portCount > 0, fields.contains(.ports) {
            object.open(&writer)
            writer.key("ports")
            writer.beginArray()
            for index in 0..<network.portCount { write(network.port(index), into: &writer) }
            writer.endArray()
        }
        if network.networkCount > 0, fields.contains(.networks) {
            object.open(&writer)
            writer.key("networks")
            writer.beginArray()
            for index in 0..<network.networkCount { writeEndpoint(index, of: network, into: &writer) }
            writer.endArray()
        }
        object.close(&writer)
    }

    private func write(_ port: NetworkWords.Port, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("privatePort", Int64(port.privatePort))
        writer.optional("publicPort", Int64(port.publicPort))
        if port.ip != 0 { writer.member("ip", text: port.ip, in: snapshot.strings) }
        if port.type != Strings.Known.tcp { writer.member("type", text: port.type, in: snapshot.strings) }
        writer.endObject()
    }

    private func writeEndpoint(_ index: Int, of network: NetworkWords, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", text: network.networkName(index), in: snapshot.strings)
        switch network.address(index) {
        case .none: break
        case .ipv4(let address):
            var text = ShortText()
            text.append(ipv4: address)
            writer.key("ip")
            text.write(to: &writer)
        case .text(let number): writer.member("ip", text: number, in: snapshot.strings)
        }
        let ipv6 = network.ipv6(index)
        if ipv6 != 0 { writer.member("ipv6", text: ipv6, in: snapshot.strings) }
        writer.endObject()
    }
}

import Inventory

extension Filter {
    /// Whether the container in a slot is asked for.
    func matches(_ slot: UInt32, in snapshot: Snapshot) -> Bool {
        // A copy of the whole record would cost more than most of these checks.
        if let hosts, !hosts.contains(snapshot.records[slot].host) { return false }
        if let states, !states.contains(snapshot.records[slot].status.state) { return false }
        for threshold in thresholds where !holds(threshold, slot, in: snapshot) { return false }
        if let health {
            let status = snapshot.records[slot].status
            guard status.hasHealth ? health.texts.contains(status.health) : health.orNone else {
                return false
            }
        }
        if !ids.isEmpty {
            let id = snapshot.ids[slot]
            guard ids.allSatisfy({ $0.low <= id && id <= $0.high }) else { return false }
        }
        if !names.isEmpty || !namePart.isEmpty {
            let name = snapshot.records[slot].name
            guard names.allSatisfy({ $0 == name }) else { return false }
            if !namePart.isEmpty, !Self.contains(snapshot.strings[name], namePart) { return false }
        }
        return matches(compose: snapshot.records[slot].packed)
            && matches(network: snapshot.records[slot].packed)
            && matches(config: snapshot.records[slot].packed)
            && (docker?.matches(slot, in: snapshot) ?? true)
    }

    /// Whether a number fits; one that isn't known fits nothing.
    private func holds(_ threshold: Threshold, _ slot: UInt32, in snapshot: Snapshot) -> Bool {
        switch threshold.key {
        case .restarts: return threshold.holds(whole: snapshot.records[slot].status.restartCount)
        case .cpu:
            guard isRecent(slot, in: snapshot), let cpu = snapshot.stats.value(.cpu, of: slot) else {
                return false
            }
            // From hundredths.
            return threshold.holds(cpu * 100)
        case .memory:
            guard isRecent(slot, in: snapshot), let part = snapshot.stats.value(.memoryPercent, of: slot)
            else { return false }
            return threshold.holds(part)
        }
    }

    private func isRecent(_ slot: UInt32, in snapshot: Snapshot) -> Bool {
        snapshot.stats.value(.at, of: slot).map { $0 >= usageNotBefore } ?? false
    }

    private func matches(compose packed: Packed) -> Bool {
        guard project != nil || kind != nil || service != nil else { return true }
        guard let compose = packed.compose else { return false }
        return (project ?? compose.project) == compose.project && (kind ?? compose.kind) == compose.kind
            && (service ?? compose.service) == compose.service
    }

    private func matches(network packed: Packed) -> Bool {
        guard network != nil || publicPort != nil else { return true }
        guard let words = packed.network else { return false }
        if let network, !(0..<words.networkCount).contains(where: { words.networkName($0) == network }) {
            return false
        }
        guard let publicPort else { return true }
        return (0..<words.portCount).contains { words.port($0).publicPort == publicPort }
    }

    private func matches(config packed: Packed) -> Bool {
        guard image != nil || !labels.isEmpty else { return true }
        guard let config = packed.config else { return false }
        if let image, config.image != image { return false }
        return labels.allSatisfy { label in
            let value = config.label(label.key)
            let isThere = value.map { value in label.values?.contains(value) ?? true } ?? false
            return isThere == label.isWanted
        }
    }

    private static func contains(_ text: String, _ part: [UInt8]) -> Bool {
        let text = text.utf8.span
        guard text.count >= part.count else { return false }
        for start in 0...(text.count - part.count) {
            var index = 0
            while index < part.count, text[start + index] == part[index] { index += 1 }
            if index == part.count { return true }
        }
        return false
    }
}

/// A label that containers have, with how many have it.
package struct LabelKey: Hashable, Sendable {
    package let key: String
    package let containers: Int
    /// Different values.
    package let values: Int
}

/// A value of a label, with how many containers have it.
package struct LabelValue: Hashable, Sendable {
    package let value: String
    package let containers: Int
}

extension FleetView {
    /// Every label key that begins so, in order of its bytes, with counts (requirement B6).
    ///
    /// Read from the indexes: the cost follows the number of different labels, not of containers.
    package func labelKeys(prefix: String = "") -> [LabelKey] {
        let index = snapshot.indexes[Snapshot.Index.labelKey.rawValue]
        var found: [UInt32: (key: String, containers: Int)] = [:]
        index.forEach { number, posting in
            let number = UInt32(truncatingIfNeeded: number)
            let key = snapshot.strings[number]
            if key.utf8.starts(with: prefix.utf8) { found[number] = (key, posting.count) }
        }
        guard !found.isEmpty else { return [] }
        var values: [UInt32: Int] = [:]
        snapshot.indexes[Snapshot.Index.label.rawValue].forEach { pair, _ in
            values[UInt32(truncatingIfNeeded: pair >> 32), default: 0] += 1
        }
        return found.map { LabelKey(key: $1.key, containers: $1.containers, values: values[$0] ?? 0) }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// Every value of a label in order of its bytes, with counts; nil when no container has the label.
    package func labelValues(of key: String) -> [LabelValue]? {
        guard let number = snapshot.strings.number(of: key),
            snapshot.posting(.labelKey, UInt64(number)) != nil
        else {
            return nil
        }
        var values: [LabelValue] = []
        snapshot.indexes[Snapshot.Index.label.rawValue].forEach { pair, posting in
            guard UInt32(truncatingIfNeeded: pair >> 32) == number else { return }
            let value = snapshot.strings[UInt32(truncatingIfNeeded: pair)]
            values.append(LabelValue(value: value, containers: posting.count))
        }
        return values.sorted { $0.value.utf8.lexicographicallyPrecedes($1.value.utf8) }
    }
}

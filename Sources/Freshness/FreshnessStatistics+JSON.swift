/// A value as JSON has it, for whoever writes a cache's statistics into an answer.
package enum FreshnessValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([FreshnessValue])
    /// Members in order.
    case object([Member])

    /// A name and its value.
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: FreshnessValue
    }

    /// The value as JSON text (RFC 8259), without blanks.
    package var json: String {
        switch self {
        case .null: "null"
        case .integer(let number): "\(number)"
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .text(let text): Self.quoted(text)
        case .list(let values): "[\(values.map(\.json).joined(separator: ","))]"
        case .object(let members):
            "{\(members.map { "\(Self.quoted($0.name)):\($0.value.json)" }.joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension FreshnessStatistics {
    /// Everything as a JSON object; maps in order of their names, ages left out when there is no entry.
    package var value: FreshnessValue {
        func member(_ name: String, _ number: Int) -> FreshnessValue.Member {
            FreshnessValue.Member(name: name, value: .integer(Int64(number)))
        }
        var members = [
            member("capacity", capacity), member("entries", entries),
            FreshnessValue.Member(
                name: "byStatus",
                value: .object(
                    FreshnessStatus.allCases.map { status in member(status.rawValue, byStatus[status] ?? 0) })
            ),
            FreshnessValue.Member(
                name: "byCategory",
                value: .object(byCategory.sorted { $0.key < $1.key }.map { member($0.key, $0.value) })),
            member("hits", counts.hits), member("staleHits", counts.staleHits),
            member("misses", counts.misses),
            FreshnessValue.Member(name: "hitRate", value: .number(counts.hitRate)),
            member("sets", counts.sets), member("invalidations", counts.invalidations),
            member("deletions", counts.deletions), member("evictions", counts.evictions),
            member("cleanUps", counts.cleanUps), member("cleanedUp", counts.cleanedUp),
            member("computations", counts.computations), member("shared", counts.shared),
            member("failures", counts.failures),
        ]
        for (name, age) in [("oldestAge", oldestAge), ("newestAge", newestAge)] {
            if let age { members.append(FreshnessValue.Member(name: name, value: .integer(age))) }
        }
        let hints = hints.map { FreshnessValue.text($0.rawValue) }
        members.append(FreshnessValue.Member(name: "hints", value: .list(hints)))
        return .object(members)
    }

    /// Everything as JSON text.
    package var json: String { value.json }
}

import JSON
import OS
import Testing
import Wire

/// What one release of Bayplan said on the wire, kept unchanged in `proto/fixtures/releases` (requirement A8).
struct Release: Sendable, CustomTestStringConvertible {
    let version: String
    /// The paths of its files within its folder.
    let files: [String]

    var testDescription: String { version }
    var folder: String { Self.all + "/" + version }

    private static let all = Fixtures.protocolFolder + "/fixtures/releases"

    /// Every release so far, the oldest first.
    static let known: [Release] = {
        do {
            return try lines(all + "/RELEASES").map { version in
                // A line of SHA256SUMS: 64 digits, two blanks, the path.
                let files = try lines("\(all)/\(version)/SHA256SUMS").map { String($0.dropFirst(66)) }
                return Release(version: version, files: files)
            }
        } catch {
            preconditionFailure("the releases can't be read: \(error)")
        }
    }()

    func read(_ path: String) throws -> [UInt8] {
        try readFile("\(folder)/\(path)", limit: 4 << 20)
    }

    func names(below part: String) -> [String] {
        files.filter { $0.hasPrefix(part + "/") }
    }

    private static func lines(_ path: String) throws -> [String] {
        try readFile(path, limit: 1 << 20).split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONValue {
    /// Whether everything that stands in the other value stands here too; members that it doesn't know don't matter,
    /// because who reads passes over them.
    func covers(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.object(let members), .object(let others)):
            return others.allSatisfy { old in
                members.contains { $0.name == old.name && $0.value.covers(old.value) }
            }
        case (.array(let elements), .array(let others)):
            return elements.count == others.count && zip(elements, others).allSatisfy { $0.covers($1) }
        default: return self == other
        }
    }
}

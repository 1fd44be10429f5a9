import OS
import Testing

/// The files of `proto/fixtures/v1`, which programs in other languages are tested with too.
///
/// With `BAYPLAN_WRITE_FIXTURES=1` in the environment they are written instead of compared. Do that only for what has
/// not been released: the fixtures of a release are never changed (requirement A8).
enum Fixtures {
    static let protocolFolder: String = {
        // …/Tests/WireTests/Golden/Fixtures.swift
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        return parts.joined(separator: "/") + "/proto"
    }()

    static let folder = protocolFolder + "/fixtures/v1"

    static var isWriting: Bool { ThisProcess.environment("BAYPLAN_WRITE_FIXTURES") == "1" }

    static func read(_ name: String) throws -> [UInt8] {
        try readFile("\(folder)/\(name)", limit: 4 << 20)
    }

    /// Compares what a file holds with what it should, or writes it.
    static func check(_ name: String, _ bytes: [UInt8]) throws {
        guard isWriting else {
            let stored = try read(name)
            guard stored != bytes else { return }
            let pairs = zip(lines(of: stored), lines(of: bytes)).enumerated()
            let place = pairs.first { $0.element.0 != $0.element.1 }
            Issue.record(
                """
                \(name) differs, first in line \((place?.offset ?? 0) + 1):
                \(place?.element.0 ?? "one is longer")
                \(place?.element.1 ?? "")
                BAYPLAN_WRITE_FIXTURES=1 writes it anew, if the change is meant and not released.
                """)
            return
        }
        try writeFileAtomically("\(folder)/\(name)", bytes, mode: 0o644)
    }

    private static func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}

import TestSupport

/// Waits as `TestSupport` does, and longer: several of these tests run side by side, on machines that are busy.
func eventually(
    within limit: Duration = .seconds(20), _ what: String = "the condition", file: StaticString = #fileID,
    line: UInt = #line, _ condition: () async throws -> Bool
) async throws {
    try await TestSupport.eventually(within: limit, what, file: file, line: line, condition)
}

import Testing

import Freshness

/// Requirement G2.
@Suite struct `Freshness status` {
    @Test func `is called as the answers call it`() {
        #expect(FreshnessStatus.allCases.map(\.rawValue) == ["fresh", "stale", "expired", "invalid"])
    }
}

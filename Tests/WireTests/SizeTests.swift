import Inventory
import Testing
import Wire

/// Requirement A7: what a change costs on the wire, its four bytes of length included, deep into a long session.
@Suite struct `The size of a frame` {
    private static func frame(_ changes: ContainerChange) -> Int {
        Message.delta(Delta(sequence: 91_234, from: 1_234_566, to: 1_234_567, changes: [changes])).frame.count
    }

    private static func status(_ body: (inout Status) -> Void) -> Int {
        var container = SampleFleet.web
        body(&container.status)
        var facets = FacetChanges()
        facets.status = EncodedContainer(container)[.status].map(FacetChange.value) ?? .untouched
        return frame(ContainerChange(id: container.id, kind: .put(facets)))
    }

    /// Stopped by a signal, paused, healthy; the figures stand in PROTOCOL.md too.
    @Test func `of a change of status is at most 256 bytes`() {
        let sizes = [
            Self.status { $0 = SampleFleet.stopped.status },
            Self.status { $0.state = .paused },
            Self.status { $0.health = Health(status: Health.healthy) },
        ]
        #expect(sizes == [242, 212, 243])
        #expect(sizes.allSatisfy { $0 <= 256 })
    }

    @Test func `of a start is at most 640 bytes`() {
        #expect(Self.start { _ in } == 590)
    }

    /// What a record says more of a container with a past goes over the round figures by a little.
    @Test func `of a check that fails again, and of a restart, is not much more`() {
        #expect(Self.status { $0.health = Health(status: Health.unhealthy, failingStreak: 3) } == 263)
        let restart = Self.start {
            $0.finishedAt = 1_763_639_999_000
            $0.exitCode = 137
            $0.restartCount = 3
        }
        #expect(restart == 649)
    }

    @Test func `of a heartbeat is at most 480 bytes`() {
        // One that tells of a lack is longer; that is meant to be mended.
        let usual = GoldenMessages.all.filter {
            $0.name.hasPrefix("heartbeat") && !$0.name.hasSuffix("lacking")
        }
        let sizes = usual.map(\.message.frame.count)
        #expect(sizes == [296, 122, 222, 82, 469])
    }

    /// A change of status and network.
    private static func start(_ body: (inout Status) -> Void) -> Int {
        var container = SampleFleet.web
        body(&container.status)
        let encoded = EncodedContainer(container)
        var facets = FacetChanges()
        for facet in [Facet.status, .network] {
            facets[facet] = encoded[facet].map(FacetChange.value) ?? .untouched
        }
        return frame(ContainerChange(id: container.id, kind: .put(facets)))
    }
}

import Inventory
import TestSupport
import Testing
import Wire

/// Requirements A6, A7: what an agent can tell from any version that it still knows.
@Suite struct `A host's log` {
    /// A log beside a model that keeps every state it ever had.
    private struct Modelled {
        var log = HostLog(epoch: Sample.epoch, digestKey: Sample.key, minimumTombstones: 4)
        var states: [Contents] = [[:]]

        mutating func step(_ random: inout SplitMix64) {
            let id = Sample.id(.random(in: 0..<9, using: &random))
            if Int.random(in: 0..<3, using: &random) == 0 {
                log.remove(id)
            } else {
                var container = Sample.container("c\(Int.random(in: 0..<3, using: &random))")
                if Bool.random(using: &random) { container[.compose] = Array("{}".utf8) }
                log.put(id, container)
            }
            guard log.version == Int64(states.count) else { return }
            states.append(current)
        }

        var current: Contents { log.ids.reduce(into: [:]) { $0[$1] = log[$1] } }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `makes every state that it still knows into the present one`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var model = Modelled()
        for _ in 0..<200 {
            model.step(&random)
            for from in [
                model.log.floor, Int64.random(in: model.log.floor...model.log.version, using: &random),
            ] {
                var state = Knowledge(contents: model.states[Int(from)])
                let changes = model.log.changes(after: from)
                state.apply(changes)
                #expect(state.contents == model.current, "from \(from)")
            }
        }
        #expect(Int(model.log.version) == model.states.count - 1)
        #expect(model.log.floor > 0)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `fills what a manifest showed to be missing, whatever was held and whatever came since`(seed: UInt64)
    {
        var random = SplitMix64(seed: seed)
        var model = Modelled()
        for _ in 0..<40 { model.step(&random) }
        var held = Modelled()
        for _ in 0..<20 { held.step(&random) }
        var state = Knowledge(contents: held.current)
        state.record.digestKey = Sample.key

        let manifest = model.log.manifest
        let version = model.log.version
        let digests = state.facetDigests()
        let needed = Set(manifest.filter { digests[$0.id] != $0.digests }.map(\.id))
        for _ in 0..<Int.random(in: 0..<6, using: &random) { model.step(&random) }
        guard model.log.floor <= version else { return }

        let listed = Set(manifest.map(\.id))
        state.contents = state.contents.filter { listed.contains($0.key) }
        state.apply(model.log.fill(after: version, needed: needed))
        #expect(state.contents == model.current)
        #expect(state.digest == model.log.digest)
    }

    @Test func `changes its version only by what is new`() {
        var log = Sample.log(2)
        let version = log.version
        #expect(log.put(Sample.id(1), Sample.container("c1")) == [])
        #expect(log.remove(Sample.id(9)) == false)
        #expect(log.version == version)
        #expect(log.put(Sample.id(1), Sample.container("c1", state: "exited")) == [.status])
        #expect(log.version == version + 1)
    }

    @Test func `tells removals first, then the others by id`() {
        var log = Sample.log(4)
        let version = log.version
        for number in [3, 0, 2] as [UInt64] { log.put(Sample.id(number), Sample.container("new")) }
        log.remove(Sample.id(1))
        log.put(Sample.id(1), Sample.container("again"))
        let ids = log.changes(after: version).map(\.id)
        #expect(ids == [1, 0, 1, 2, 3].map { Sample.id($0) })
    }

    @Test func `tells only the facets that changed`() throws {
        var log = Sample.log(1)
        let version = log.version
        var container = Sample.container("c0", state: "exited")
        container[.compose] = Array("{}".utf8)
        log.put(Sample.id(0), container)
        container[.compose] = nil
        log.put(Sample.id(0), container)
        let change = try #require(log.changes(after: version).first)
        guard case .put(let facets) = change.kind else {
            Issue.record("not a put")
            return
        }
        #expect(facets.status == .value(Array(#"{"state":"exited"}"#.utf8)))
        #expect(facets.compose == .deleted)
        #expect(facets.network == .untouched)
        #expect(facets.config == .untouched)
    }

    @Test func `forgets old removals and raises its floor by them`() {
        var log = Sample.log(100, minimumTombstones: 8)
        #expect(log.floor == 0)
        for number in 0..<100 as Range<UInt64> { log.remove(Sample.id(number)) }
        #expect(log.count == 0)
        #expect(log.floor > 100)
        let told = log.changes(after: log.floor).count
        #expect(told >= 8 && told <= 10)
        #expect(log.digest == Digest())
    }

    @Test func `tells an id that was needed and never was as removed`() {
        let log = Sample.log(1)
        #expect(log.fill(after: log.version, needed: [Sample.id(5)]) == [.removed(Sample.id(5))])
    }

    @Test func `offers no digest before a complete list`() {
        var log = HostLog(epoch: Sample.epoch, digestKey: Sample.key)
        log.put(Sample.id(1), Sample.container("c"))
        #expect(log.offer == Offer(version: 1, floor: 0, digest: nil, count: 1))
        log.completed()
        #expect(log.offer == Offer(version: 1, floor: 0, digest: log.digest, count: 1))
    }
}

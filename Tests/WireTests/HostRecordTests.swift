import Inventory
import Testing
import Wire

/// Requirements A5, A7: who may speak for a host, and from where a session goes on.
@Suite struct `A host's record` {
    private static let other = Epoch(high: 1, low: 2)
    private static let digest = Digest(sum: 7)

    /// What an aggregator may hold of a host.
    private struct Held: HostContents {
        var digest = Digest()
        var count = 0

        func contains(_ id: ContainerID) -> Bool { false }
        func facetDigests() -> [ContainerID: FacetDigests] { [:] }
    }

    private static func record(durable: Int64 = 0) -> HostRecord {
        var record = HostRecord()
        record.instance = Sample.instance.id
        record.epoch = Sample.epoch
        record.digestKey = Sample.key
        record.durable = durable
        return record
    }

    private static func offer(_ version: Int64, floor: Int64 = 0, digest: Digest? = digest) -> Offer {
        Offer(version: version, floor: floor, digest: digest, count: 2)
    }

    @Test func `takes the first agent that comes and remembers it`() throws {
        var record = HostRecord()
        let opening = try record.admit(
            Sample.hello(Sample.nothing), isProven: true, contents: Held(), resync: 0)
        #expect(opening == .wait)
        #expect(record.instance == Sample.instance.id)
        #expect(record.epoch == Sample.epoch)
        #expect(record.digestKey == Sample.key)
    }

    @Test func `opens by a manifest when nothing is held`() throws {
        var record = HostRecord()
        let hello = Sample.hello(Self.offer(4))
        #expect(try record.admit(hello, isProven: true, contents: Held(), resync: 5) == .manifest(id: 5))
    }

    @Test(arguments: [
        (Int64(3), Int64(3), Int64(9)), (3, 3, 3), (9, 0, 9),
    ]) func `resumes from what is durable, if the agent still knows it`(
        durable: Int64, floor: Int64, version: Int64
    ) throws {
        var record = Self.record(durable: durable)
        let hello = Sample.hello(Self.offer(version, floor: floor))
        let held = Held(digest: Self.digest, count: 2)
        #expect(try record.admit(hello, isProven: true, contents: held, resync: 0) == .resume(from: durable))
    }

    @Test(arguments: [
        // floor past it, a version before it, nothing durable
        (Int64(3), Int64(4), Int64(9)), (9, 0, 8), (0, 0, 9),
    ])
    func `compares everything when it can't resume`(durable: Int64, floor: Int64, version: Int64) throws {
        var record = Self.record(durable: durable)
        let hello = Sample.hello(Self.offer(version, floor: floor))
        #expect(try record.admit(hello, isProven: true, contents: Held(), resync: 0) == .manifest(id: 0))
    }

    @Test func `goes on at once when both hold the same, whatever the epoch`() throws {
        var record = Self.record(durable: 3)
        record.epoch = Self.other
        let held = Held(digest: Self.digest, count: 2)
        #expect(
            try record.admit(Sample.hello(Self.offer(9)), isProven: true, contents: held, resync: 0)
                == .current)
        #expect(record.replaced == [Self.other])
        #expect(record.durable == 0)
    }

    @Test func `doesn't compare digests of two keys, nor equal digests of different counts`() throws {
        let held = Held(digest: Self.digest, count: 2)
        var record = Self.record()
        record.digestKey = SipHash.Key(low: 0, high: 0)
        let hello = Sample.hello(Self.offer(9))
        #expect(try record.admit(hello, isProven: true, contents: held, resync: 0) == .manifest(id: 0))
        record = Self.record()
        let more = Held(digest: Self.digest, count: 3)
        #expect(try record.admit(hello, isProven: true, contents: more, resync: 0) == .manifest(id: 0))
    }

    @Test func `waits while the agent has nothing complete, even if it could resume`() throws {
        var record = Self.record(durable: 3)
        let hello = Sample.hello(Self.offer(9, digest: nil))
        #expect(try record.admit(hello, isProven: true, contents: Held(), resync: 0) == .wait)
        #expect(record.durable == 3)
    }

    @Test(arguments: [true, false]) func `refuses another instance, and this one with another secret`(
        isOther: Bool
    ) {
        var record = Self.record(durable: 3)
        if isOther { record.instance = "00000000000000000000000000000002" }
        let before = record
        do {
            _ = try record.admit(
                Sample.hello(Self.offer(9)), isProven: isOther, contents: Held(), resync: 0)
            Issue.record("it was admitted")
        } catch {
            #expect(error.refusal.code == Refusal.hostIDTaken)
            #expect(error.refusal.retry)
            #expect(error.refusal.message.contains("bayplan host rm attic"))
        }
        #expect(record == before)
    }

    @Test func `calls it a conflict when an epoch comes back that another one followed`() throws {
        var record = Self.record()
        var second = Sample.hello(Self.offer(1))
        second.epoch = Self.other
        _ = try record.admit(second, isProven: true, contents: Held(), resync: 0)
        let before = record
        do {
            _ = try record.admit(Sample.hello(Self.offer(9)), isProven: true, contents: Held(), resync: 0)
            Issue.record("it was admitted")
        } catch {
            guard case .conflict(let refusal) = error else {
                Issue.record("refused, but not as a conflict")
                return
            }
            #expect(refusal.code == Refusal.conflict)
            #expect(refusal.retry)
        }
        #expect(record == before)
        #expect(try record.admit(second, isProven: true, contents: Held(), resync: 0) == .manifest(id: 0))
    }

    @Test func `remembers a bounded number of epochs`() throws {
        var record = HostRecord()
        for number in 0..<100 as Range<UInt64> {
            var hello = Sample.hello(Sample.nothing)
            hello.epoch = Epoch(high: 0, low: number)
            _ = try record.admit(hello, isProven: true, contents: Held(), resync: 0)
        }
        #expect(record.replaced.count == HostRecord.replacedLimit)
        #expect(record.replaced.last == Epoch(high: 0, low: 98))
    }

    @Test func `refuses an agent that speaks no version of ours and says which ones would do`() {
        var record = HostRecord()
        do {
            _ = try record.admit(
                Sample.hello(Sample.nothing, protocols: [7, 8]), isProven: true, contents: Held(), resync: 0)
            Issue.record("it was admitted")
        } catch {
            #expect(error.refusal.code == Refusal.unsupportedProtocol)
            #expect(!error.refusal.retry)
            #expect(error.refusal.message.contains("[7, 8]"))
        }
        #expect(record == HostRecord())
    }
}

import TestSupport
import Testing
import Wire

@Suite struct `A revision` {
    @Test(arguments: [Int64(0), 1, 9_007_199_254_740_991, .max]) func `reads what it writes`(number: Int64) {
        let revision = Revision(run: 0x0000_00ab_cdef_0123, number: number)
        #expect(revision.description == "000000abcdef0123.\(number)")
        #expect(Revision(revision.description) == revision)
    }

    @Test(arguments: [
        "", ".", "000000abcdef0123", "000000abcdef0123.", ".1", "abcdef0123.1", "000000ABCDEF0123.1",
        "000000abcdef0123.-1", "000000abcdef0123.+1", "000000abcdef0123.01", "000000abcdef0123.1.2",
        "000000abcdef0123. 1", "000000abcdef0123.9223372036854775808", "000000abcdef0123.1a",
        "000000abcdef0123.١",
    ])
    func `is nothing but what it writes`(text: String) {
        #expect(Revision(text) == nil)
    }
}

@Suite struct `An epoch` {
    @Test func `reads what it writes`() {
        #expect(Sample.epoch.description == "1f2e3d4c5b6a79880123456789abcdef")
        #expect(Epoch(Sample.epoch.description) == Sample.epoch)
        #expect(Epoch(high: 0, low: 1).description == "00000000000000000000000000000001")
    }

    @Test(arguments: [
        "", "1f2e3d4c5b6a7988", "1F2E3D4C5B6A79880123456789ABCDEF", "1f2e3d4c5b6a79880123456789abcdeg",
    ])
    func `is 32 lowercase hexadecimal digits and nothing else`(text: String) {
        #expect(Epoch(text) == nil)
    }

    @Test func `is drawn from the generator that it is given`() {
        var one = SplitMix64(seed: 1)
        var same = SplitMix64(seed: 1)
        var other = SplitMix64(seed: 2)
        let epoch = Epoch(using: &one)
        #expect(epoch == Epoch(using: &same))
        #expect(epoch != Epoch(using: &other))
    }
}

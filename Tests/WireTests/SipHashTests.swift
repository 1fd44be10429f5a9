import Inventory
import Testing
import Wire

/// Requirement A7: both ends must hash alike, so the hash is held to its authors' vectors.
@Suite struct `SipHash-2-4` {
    /// Key 00…0f over the empty text, 00, 00 01, … : the first 16 of `vectors_sip64` in the reference implementation
    /// (github.com/veorq/SipHash), read as little-endian words; the last one, over 00…0e, is also in the paper's appendix A.
    private static let vectors: [UInt64] = [
        0x726f_db47_dd0e_0e31, 0x74f8_39c5_93dc_67fd, 0x0d6c_8009_d9a9_4f5a, 0x8567_6696_d7fb_7e2d,
        0xcf27_94e0_2771_87b7, 0x1876_5564_cd99_a68d, 0xcbc9_466e_58fe_e3ce, 0xab02_00f5_8b01_d137,
        0x93f5_f579_9a93_2462, 0x9e00_82df_0ba9_e4b0, 0x7a5d_bbc5_94dd_b9f3, 0xf4b3_2f46_226b_ada7,
        0x751e_8fbc_860e_e5fb, 0x14ea_5627_c084_3d90, 0xf723_ca90_8e7a_f2ee, 0xa129_ca61_49be_45e5,
    ]

    @Test(arguments: 0..<16) func `gives its authors' vectors`(length: Int) {
        var hash = SipHash(key: Sample.key)
        hash.append((0..<UInt8(length)).map(\.self))
        #expect(hash.finished() == Self.vectors[length])
    }

    /// The last of the 64 vectors, over 00…3e.
    @Test func `gives the vector of the longest input`() {
        var hash = SipHash(key: Sample.key)
        hash.append((0..<UInt8(63)).map(\.self))
        #expect(hash.finished() == 0x958a_324c_eb06_4572)
    }

    @Test func `doesn't care how the input was cut`() {
        let input = (0..<UInt8(63)).map(\.self)
        for cut in 0...63 {
            var hash = SipHash(key: Sample.key)
            hash.append(input[..<cut])
            hash.append(input[cut...])
            #expect(hash.finished() == 0x958a_324c_eb06_4572)
        }
    }

    @Test func `takes a word as its bytes, the least significant first`() {
        var words = SipHash(key: Sample.key)
        words.append(littleEndian: 0x0706_0504_0302_0100)
        #expect(words.finished() == Self.vectors[8])
    }

    @Test func `writes a key as its bytes in order`() {
        #expect(Sample.key.text == "000102030405060708090a0b0c0d0e0f")
        #expect(SipHash.Key("000102030405060708090a0b0c0d0e0f") == Sample.key)
        #expect(SipHash.Key("000102030405060708090A0B0C0D0E0F") == nil)
        #expect(SipHash.Key("0001020304050607") == nil)
    }
}

/// Requirement A7.
@Suite struct `A digest` {
    private static let id = ContainerID(words: (0, 0, 0, 1))

    /// The example of PROTOCOL.md, made by an implementation that shares nothing with this one.
    @Test func `is what PROTOCOL.md computes`() throws {
        let status = Array(#"{"state":"running"}"#.utf8)
        let config = Array(#"{"name":"web"}"#.utf8)
        let one = Digest.facet(.status, of: Self.id, bytes: status, key: Sample.key)
        let other = Digest.facet(.config, of: Self.id, bytes: config, key: Sample.key)
        #expect(Digest(sum: one).description == "700a32a04db20509")
        #expect(Digest(sum: other).description == "36c1889c578e97f2")
        #expect(Digest(sum: one &+ other).description == "a6cbbb3ca5409cfb")
    }

    @Test func `tells apart the container, the facet, the bytes and the key`() {
        let bytes = Array("{}".utf8)
        let digests: Set<UInt64> = [
            Digest.facet(.status, of: Self.id, bytes: bytes, key: Sample.key),
            Digest.facet(.status, of: Sample.id(1), bytes: bytes, key: Sample.key),
            Digest.facet(.config, of: Self.id, bytes: bytes, key: Sample.key),
            Digest.facet(.status, of: Self.id, bytes: bytes + [0x20], key: Sample.key),
            Digest.facet(.status, of: Self.id, bytes: bytes, key: SipHash.Key(low: 0, high: 0)),
        ]
        #expect(digests.count == 5)
    }

    @Test func `of a container is the wrapping sum of its facets'`() {
        let container = Sample.container("web")
        let digests = FacetDigests(container, id: Self.id, key: Sample.key)
        #expect(digests[.compose] == 0)
        #expect(digests.sum == digests[.status] &+ digests[.network] &+ digests[.config])
    }

    @Test(arguments: [
        "", "0", "00000000000000000", "000000000000000G", "ABCDEF0123456789", "+000000000000001",
    ])
    func `is 16 lowercase hexadecimal digits and nothing else`(text: String) {
        #expect(Digest(text) == nil)
    }

    @Test func `keeps its leading zeros`() {
        #expect(Digest(sum: 0x0000_0000_00ab_cdef).description == "0000000000abcdef")
        #expect(Digest("0000000000abcdef") == Digest(sum: 0xab_cdef))
    }
}

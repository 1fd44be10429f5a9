import Inventory
import TestSupport
import Testing

@Suite struct `A container's id` {
    private static let text = "0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210"

    @Test func `is 64 lowercase hexadecimal digits and comes back as text, digits and bytes`() throws {
        let id = try #require(ContainerID(Self.text))
        #expect(id.description == Self.text)
        #expect(id.hexadecimal == Array(Self.text.utf8))
        #expect(id.short == "0123456789ab")
        #expect(id.words.0 == 0x0123_4567_89AB_CDEF)
        #expect(id.words.3 == 0xFEDC_BA98_7654_3210)
        #expect(id.bytes.count == 32)
        #expect(id.bytes.prefix(3) == [0x01, 0x23, 0x45])
        #expect(ContainerID(bytes: id.bytes) == id)
        #expect(ContainerID(utf8: Array(Self.text.utf8)[...]) == id)
        var text = Array("id=".utf8)
        id.appendHexadecimal(to: &text)
        #expect(text == Array("id=\(Self.text)".utf8))
    }

    @Test(arguments: [
        "", "0123456789ab", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "A", count: 64), String(repeating: "g", count: 64),
        "sha256:" + String(repeating: "a", count: 57),
        String(repeating: "0", count: 63) + " ", String(repeating: "0", count: 63) + "\n",
        String(repeating: "0", count: 62) + "é", String(repeating: "０", count: 64),
    ])
    func `is nothing else`(text: String) {
        #expect(ContainerID(text) == nil)
    }

    @Test func `is not made of fewer or more than 32 bytes`() {
        #expect(ContainerID(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(ContainerID(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(ContainerID(bytes: [UInt8](repeating: 0, count: 32)) == ContainerID(words: (0, 0, 0, 0)))
    }

    @Test func `sorts as its text does`() {
        var random = SplitMix64(seed: 1)
        let ids = (0..<200).map { _ in
            // Few different values in each place, so that later places decide too.
            ContainerID(
                words: (
                    random.next() % 3 << 62, random.next() % 3, random.next() % 3 << 60, random.next() % 3
                ))
        }
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
        #expect(Set(ids).count == Set(ids.map(\.description)).count)
    }
}

@Suite struct `A host's id` {
    @Test(arguments: [
        "a", "7", "node1", "Node-1.example_net", "a--..__", String(repeating: "h", count: 63), "0", "x.",
    ])
    func `follows its grammar`(text: String) {
        #expect(HostID(text)?.rawValue == text)
        #expect(HostID(text)?.description == text)
    }

    @Test(arguments: [
        "", "-a", ".a", "_a", "a b", "a/b", "a:1", "a\n", "a\0", "é", "node１", "a%", "..", "*",
        String(repeating: "h", count: 64),
    ])
    func `is nothing else`(text: String) {
        #expect(HostID(text) == nil)
    }

    @Test func `sorts by its bytes`() {
        let ids = ["b", "a", "B", "a1", "a-1", "10", "9"].compactMap { HostID($0) }
        #expect(ids.sorted().map(\.rawValue) == ["10", "9", "B", "a", "a-1", "a1", "b"])
    }
}

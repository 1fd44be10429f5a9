import Fleet
import Inventory
import Testing
import Wire

/// Requirement B6: a page of a label that many have is found without sorting all who have it.
@Suite struct `A page of a common label` {
    private static let key = SipHash.Key(low: 1, high: 2)

    /// 40 hosts with 100 containers each; two of three have the label, with one of two values.
    private func fleet() throws -> Fleet {
        let fleet = Fleet()
        for host in 0..<40 as Range<UInt32> {
            // The order of the ids is not that of the keys.
            fleet.add(
                host: HostKey(rawValue: host), id: try #require(HostID("h\(host * 7 % 40 + 10)")), name: "")
            var set = PreparedSet(key: Self.key)
            for number in 0..<100 as Range<UInt64> {
                var config = Config(name: "c\(number)")
                if number % 3 > 0 { config.labels["team"] = number % 3 == 1 ? "one" : "two" }
                let id = ContainerID(words: (number * 7_919 % 101, UInt64(host), 0, 0))
                let container = EncodedContainer(
                    Container(
                        id: id, status: Status(state: .running), network: Network(), config: config,
                        compose: nil))
                try set.add(ContainerChange(id: id, kind: .put(FacetChanges(whole: container))))
            }
            fleet.apply(set, to: HostKey(rawValue: host), at: 1)
        }
        return fleet
    }

    @Test(arguments: ["team", "team=one", "team in (one, two)"])
    func `is the same as a part of the whole answer`(selector: String) throws {
        let view = try fleet().read()
        var query = Query()
        query.selector = try Selector(parsing: selector)
        let all = view.containers(matching: query)
        #expect(all.total == all.slots.count && all.total > 1_000)
        query.limit = 17
        var pages: [FleetView.Slot] = []
        while pages.count < all.total {
            let page = view.containers(matching: query)
            #expect(page.total == all.total && !page.slots.isEmpty)
            pages += page.slots
            guard let next = page.next else { break }
            query.after = next
        }
        #expect(pages == all.slots)
    }
}

import Inventory
import Journal
import TestSupport
import Testing
import Wire

@Suite struct `A journal` {
    /// A2: everything is there after a restart, with cursor, digest key and times.
    @Test func `gives back after a restart what it was given`() async throws {
        try await Lab.with { lab in
            let key = SipHash.Key(low: 0x8000_0000_0000_0001, high: 2)
            let journal = try await lab.open()
            #expect(journal.setAside == nil)
            let web = journal.newHostKey()
            journal.append(
                JournalEntry(
                    host: web, id: name("web-1"),
                    changes: [
                        .put(
                            container(1), status: "{1}", network: "{n}", config: "{c}",
                            compose: .value(bytes("{s}"))),
                        .put(container(2), status: "{2}", config: "{d}"),
                    ],
                    cursor: cursor(2), digestKey: key, info: bytes("{\"a\":1}"), at: lab.now))
            journal.append(
                JournalEntry(
                    host: web,
                    changes: [.put(container(1), status: "{3}", compose: .deleted), .removed(container(2))],
                    cursor: cursor(4), at: lab.now + 5))
            try await journal.settle()
            #expect(journal.current.number == 4)
            let before = try journal.contents()
            #expect(await journal.close(within: .seconds(5)))

            let again = try await lab.open(seed: 2)
            var expected = EncodedContainer()
            expected[.status] = bytes("{3}")
            expected[.network] = bytes("{n}")
            expected[.config] = bytes("{c}")
            #expect(try again.contents() == [web: [container(1): expected]])
            #expect(try again.contents() == before)
            #expect(
                try again.hosts() == [
                    HostRow(
                        key: web, id: #require(name("web-1")), info: bytes("{\"a\":1}"), cursor: cursor(4),
                        digestKey: key, lastHeard: lab.now + 5)
                ])
            #expect(again.current.number == 4)
            #expect(again.newHostKey() > web)
            #expect(again.id(of: web) == name("web-1"))
            await again.close(within: .seconds(5))
        }
    }

    /// A6: what is reported durable carries the cursor that came with it.
    @Test func `reports cursor, ticket and revision of each host with the commit`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open()
            journal.append(
                JournalEntry(
                    host: host(1), id: name("a"), changes: [.put(container(1), status: "{}", config: "{}")],
                    cursor: cursor(7), at: 1, ticket: 70))
            try await journal.settle()
            let report = try #require(lab.commits.first)
            #expect(
                report.hosts == [CommitReport.Host(host: host(1), cursor: cursor(7), revision: 1, ticket: 70)]
            )
            #expect(report.revision == journal.current)
            #expect(report.events.map(\.revision) == [1])
            #expect(report.events.first?.change == .put(container(1), status: "{}", config: "{}"))
            await journal.close(within: .seconds(5))
        }
    }

    @Test func `answers a container's facets from memory and from the file alike`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open()
            journal.append(
                JournalEntry(
                    host: host(1), id: name("a"), changes: [.put(container(1), status: "{1}", config: "{c}")],
                    at: 1))
            for step in 0..<3 {
                let facets = try await journal.facets(host: host(1), container: container(1))
                #expect(facets?[.status] == bytes(step == 2 ? "{2}" : "{1}"))
                #expect(facets?[.config] == bytes("{c}"))
                if step == 0 { await journal.maintain() }
                if step == 1 {
                    journal.append(
                        JournalEntry(host: host(1), changes: [.put(container(1), status: "{2}")], at: 2))
                }
            }
            #expect(journal.statistics.folded == 1)
            #expect(try await journal.facets(host: host(1), container: container(9)) == nil)
            #expect(try await journal.facets(host: host(2), container: container(1)) == nil)
            journal.append(JournalEntry(host: host(1), changes: [.removed(container(1))], at: 3))
            #expect(try await journal.facets(host: host(1), container: container(1)) == nil)
            await journal.close(within: .seconds(5))
        }
    }

    @Test func `takes a host out of the fleet with all its containers, and never its number again`()
        async throws
    {
        try await Lab.with { lab in
            let journal = try await lab.open()
            for (number, id) in [(1, "a"), (2, "b")] as [(UInt32, String)] {
                journal.append(
                    JournalEntry(
                        host: host(number), id: name(id),
                        changes: (1...3).map { .put(container($0), status: "{}", config: "{}") }, at: 1))
            }
            await journal.maintain()
            journal.append(
                JournalEntry(
                    host: host(1),
                    changes: [.removed(container(2)), .put(container(4), status: "{}", config: "{}")],
                    at: 2))
            #expect(journal.append(.forget(host(1), at: 3, ticket: 5)))
            #expect(!journal.append(JournalEntry(host: host(1), id: name("a"), at: 4)))
            #expect(journal.append(JournalEntry(host: host(3), id: name("a"), at: 4)))
            try await journal.settle()
            let forgotten = lab.events.filter { $0.change.kind == .removed(.forgotten) }
            #expect(Set(forgotten.map(\.change.id)) == [container(1), container(3), container(4)])
            #expect(lab.commits.contains { $0.hosts.contains { $0.isForgotten && $0.ticket == 5 } })
            #expect(try journal.contents().mapValues(\.count) == [host(2): 3, host(3): 0])
            await journal.close(within: .seconds(5))

            let again = try await lab.open(seed: 2)
            #expect(try again.contents().mapValues(\.count) == [host(2): 3, host(3): 0])
            #expect(!again.append(JournalEntry(host: host(1), id: name("z"), at: 4)))
            #expect(again.newHostKey() == host(4))
            // Once its changes are pruned nothing speaks of the host any more.
            lab.advance(by: .seconds(700_000))
            await again.maintain()
            #expect(again.floor == again.current.number)
            await again.close(within: .seconds(5))
        }
    }

    @Test func `refuses what it could never store`() async throws {
        try await Lab.with { lab in
            let journal = try await lab.open()
            #expect(!journal.append(JournalEntry(host: host(1), at: 1)))
            #expect(!journal.append(.forget(host(1), at: 1)))
            #expect(journal.append(JournalEntry(host: host(1), id: name("a"), at: 1)))
            #expect(!journal.append(JournalEntry(host: host(2), id: name("a"), at: 1)))
            #expect(journal.append(JournalEntry(host: host(1), id: name("renamed"), at: 1)))
            #expect(journal.append(JournalEntry(host: host(2), id: name("a"), at: 1)))
            await journal.close(within: .seconds(5))
            #expect(!journal.append(JournalEntry(host: host(1), at: 1)))
            let again = try await lab.open(seed: 2)
            #expect(try again.hosts().map(\.id.rawValue) == ["renamed", "a"])
            await again.close(within: .seconds(5))
        }
    }

    /// H2: a revision means something only to the database that gave it.
    @Test func `knows the revisions of its runs and no others`() async throws {
        try await Lab.with { lab in
            func add(_ journal: Journal, _ count: Int) async throws {
                for _ in 0..<count {
                    journal.append(
                        JournalEntry(
                            host: host(1), id: name("a"),
                            changes: [.put(container(1), status: "{}", config: "{}")],
                            at: 1))
                }
                try await journal.settle()
            }
            let first = try await lab.open(seed: 1)
            let start = first.current
            try await add(first, 3)
            let early = first.current
            await first.close(within: .seconds(5))
            let copy = lab.folder + "-copy"
            try copyDatabase(from: lab.folder, to: copy)

            let second = try await lab.open(seed: 2)
            try await add(second, 3)
            #expect(second.current.run != early.run)
            #expect(second.isKnown(start))
            #expect(second.isKnown(early))
            #expect(second.isKnown(second.current))
            #expect(!second.isKnown(Revision(run: early.run, number: early.number + 1)))
            // Events of earlier runs are told under this run, so resuming from them must work.
            #expect(second.isKnown(Revision(run: second.current.run, number: early.number - 1)))
            #expect(!second.isKnown(Revision(run: second.current.run, number: second.current.number + 1)))
            #expect(!second.isKnown(Revision(run: 99, number: 1)))
            let late = second.current
            await second.close(within: .seconds(5))

            let rolledBack = try await Lab(copy).open(seed: 3)
            #expect(rolledBack.isKnown(early))
            #expect(!rolledBack.isKnown(late))
            try await add(rolledBack, 9)
            #expect(!rolledBack.isKnown(late))
            await rolledBack.close(within: .seconds(5))
        }
    }
}

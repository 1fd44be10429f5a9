import OS
import TLS
import Testing

/// What connections cost that say nothing: an agent's connection is silent most of the time.
@Suite struct `An idle connection` {
    /// The floor that OpenSSL 3 allows is 14.5 KB; an aggregator has one for each host.
    @Test func `keeps less than 20 KB at each end`() async {
        // In a process of its own, so that nothing else moves the figures.
        await #expect(processExitsWith: .success) {
            let count = 2_000
            let server = try Sample.server()
            let client = try Sample.client()
            var ends: [End] = []
            for _ in 0..<100 { ends.append(contentsOf: Self.talked(client, server)) }
            let start = try ProcessMemory.current().anonymous
            for _ in 0..<count { ends.append(contentsOf: Self.talked(client, server)) }
            let each = (try ProcessMemory.current().anonymous - start) / Int64(2 * count)
            print("each end: \(each) bytes")
            try #require(each < 20_480, "\(each) bytes")
            try #require(ends.count == 2 * count + 200)
        }
    }

    /// The ends of a connection over which something went once.
    private static func talked(_ client: TLSClientContext, _ server: TLSServerContext) -> [End] {
        let pair = Pair(client, server)
        pair.pump()
        try? pair.client.send([1])
        try? pair.server.send([UInt8](repeating: 2, count: 40_000))
        pair.pump()
        return pair.atClient.count == 40_000 ? [pair.client, pair.server] : []
    }
}

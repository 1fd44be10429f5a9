import Fleet
import Inventory

/// Questions that go through names, images and ids, or through an index as a whole.
struct QueryBenchmark {
    let view: FleetView
    let now: () -> Duration
    let report: (String) -> Void

    /// Asks each question so many times and reports the median and the slowest in microseconds.
    func run(times: Int = 20) throws {
        for text in [
            "web", "stack-5-on-3", "registry.example.com/team/db", "beef", "01234567", "nothing-has-this",
        ] {
            measure("search “\(text)”", times) { view.search(text, limit: 1_000).total }
        }
        for filter in [
            "name=^stack-5-on-3-", "name=(web|db)-[0-9]+$", "name=(?i)CACHE",
            "ancestor=registry.example.com/team/web:3",
            "status=exited", "health=none", "volume=stack-5-on-3_data", "env=DATABASE_URL", "publish=80",
        ] {
            var query = Query()
            try query.filters.add(filter)
            query.limit = 500
            measure("filter \(filter)", times) { view.containers(matching: query).total }
        }
        measure("all label keys", times) { view.labelKeys().count }
        measure("all values of a label", times) {
            view.labelValues(of: "com.docker.compose.config-hash")?.count ?? 0
        }
    }

    private func measure(_ name: String, _ times: Int, _ body: () -> Int) {
        var each: [Duration] = []
        var found = 0
        for _ in 0..<times {
            let start = now()
            found = body()
            each.append(now() - start)
        }
        each.sort()
        func micros(_ time: Duration) -> Int { Int(time / .microseconds(1)) }
        report(
            "\(name): p50 \(micros(each[times / 2])) µs, slowest \(micros(each[times - 1])) µs, \(found) found"
        )
    }
}

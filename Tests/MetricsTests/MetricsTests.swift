import Metrics
import Testing

/// Requirement C7.
@Suite struct `A page of metrics` {
    private func page(_ write: (inout Exposition) -> Void) -> String {
        var exposition = Exposition()
        write(&exposition)
        return String(decoding: exposition.bytes, as: UTF8.self)
    }

    @Test func `has help and type once, before all samples of a family`() {
        let text = page { page in
            page.family("hosts", .gauge, "Hosts by state.") { family in
                family.sample(3, [("state", "live")])
                family.sample(0, [("state", "silent")])
            }
        }
        #expect(
            text == """
                # HELP hosts Hosts by state.
                # TYPE hosts gauge
                hosts{state="live"} 3
                hosts{state="silent"} 0

                """)
    }

    @Test func `leaves a family without samples out`() {
        #expect(page { $0.family("nothing", .counter, "Never.") { _ in } } == "")
    }

    @Test(arguments: [
        (#"a"b"#, #"a\"b"#), (#"a\"#, #"a\\"#), ("a\nb", #"a\nb"#),
        ("\",x=\"1\"} 9\nevil 1\n", #"\",x=\"1\"} 9\nevil 1\n"#),
        ("a\0b", "a\u{FFFD}b"), ("\u{202E}ä🚢", "\u{202E}ä🚢"), ("", ""), ("\r\t", "\r\t"),
    ])
    func `keeps a label's value in its quotes, whatever it holds`(value: String, written: String) {
        let text = page { page in
            page.family("x", .gauge, "X.") { $0.sample(1, [("name", value)]) }
        }
        #expect(text == "# HELP x X.\n# TYPE x gauge\nx{name=\"\(written)\"} 1\n")
    }

    @Test func `escapes the help's lines, and not its quotes`() {
        let text = page { $0.family("x", .gauge, "a \"b\"\\\nc", 1) }
        #expect(text.hasPrefix("# HELP x a \"b\"\\\\\\nc\n"))
    }

    @Test(arguments: [
        (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (0.25, "0.25"), (3, "3"), (-0.0, "0"),
        (1e300, "1e+300"), (1.5e-7, "1.5e-07"),
    ])
    func `writes every number as the format does`(value: Double, written: String) {
        let text = page { page in page.family("x", .gauge, "X.") { $0.sample(decimal: value) } }
        #expect(text.hasSuffix("\nx \(written)\n"))
    }

    @Test func `counts in each bucket of a histogram all that is below, and sums in seconds`() {
        let histogram = Histogram(bounds: [1_000, 2_500_000])
        histogram.observe(.microseconds(1_000))
        histogram.observe(.milliseconds(2))
        histogram.observe(.seconds(3))
        let text = page { page in
            page.family("t", .histogram, "T.") { $0.sample(histogram.values, [("a", "b")]) }
        }
        #expect(
            text == """
                # HELP t T.
                # TYPE t histogram
                t_bucket{a="b",le="0.001"} 1
                t_bucket{a="b",le="2.5"} 2
                t_bucket{a="b",le="+Inf"} 3
                t_sum{a="b"} 3.003
                t_count{a="b"} 3

                """)
    }
}

/// Requirement C7.
@Suite struct `What is counted` {
    @Test func `never falls`() {
        let counter = Counter()
        counter.add()
        counter.add(4)
        counter.add(-3)
        #expect(counter.value == 5)
    }

    @Test func `is bounded by its keys`() {
        let table = CounterTable<String>(limit: 2)
        for key in ["a", "b", "c", "a", "d"] { table.add(key) }
        #expect(table.values == ["a": 2, "b": 1])
        #expect(table.others == 2)
        let times = HistogramTable<String>(limit: 1)
        times.observe("a", .seconds(1))
        times.observe("b", .seconds(1))
        #expect(Array(times.values.keys) == ["a"])
    }

    @Test func `is counted by many threads at once and loses nothing`() async {
        let counter = Counter()
        let histogram = Histogram()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.add()
                        histogram.observe(.microseconds(700))
                    }
                }
            }
        }
        #expect(counter.value == 80_000)
        #expect(histogram.values.count == 80_000)
        #expect(histogram.values.sum == 56_000_000)
    }

    @Test(
        arguments: [
            ([1, 2], [1, 1], 3), ([2, 1], [0, 0, 0], 0), ([1], [-1, 0], 0), ([1], [0, 0], -1),
            ([1, 1], [0, 0, 0], 0),
        ] as [([Int64], [Int64], Int64)])
    func `is not believed of a peer whose histogram can't be one`(
        bounds: [Int64], counts: [Int64], sum: Int64
    ) {
        #expect(HistogramValues(bounds: bounds, counts: counts, sum: sum) == nil)
    }

    @Test func `is clamped, not trapped on, when it is too long`() {
        var values = HistogramValues()
        values.observe(.max)
        values.observe(.max)
        values.observe(.min)
        #expect(values.sum == .max)
        #expect(values.count == 3)
        #expect(Duration.seconds(Int64.max).microseconds == .max)
        #expect(Duration.seconds(Int64.min).microseconds == .min)
    }
}

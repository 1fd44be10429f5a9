/// A page in the Prometheus text format, version 0.0.4, being written (requirement C7).
///
/// Each family has its `HELP` and `TYPE` once, and its samples together; whatever a label's value holds, it stays in
/// its quotes. <https://prometheus.io/docs/instrumenting/exposition_formats/>
package struct Exposition: Sendable {
    /// What `Content-Type` says of it.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// A label of a sample: its name is ours, its value may be anybody's.
    package typealias Label = (name: StaticString, value: String)

    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    private var names: Set<String> = []

    /// An empty page.
    package init() {}

    /// One family of samples under one name.
    package struct Family: Sendable {
        private let name: String
        private let kind: MetricKind
        private let help: String
        fileprivate var bytes: [UInt8] = []

        fileprivate init(_ name: String, _ kind: MetricKind, _ help: String) {
            (self.name, self.kind, self.help) = (name, kind, help)
        }

        /// Adds a sample that is a whole number.
        package mutating func sample(_ value: Int64, _ labels: [Label] = []) {
            precondition(kind != .histogram, "a histogram's samples are written together")
            line("", labels, nil, String(value))
        }

        /// Adds a sample, be it infinite or not a number.
        package mutating func sample(decimal value: Double, _ labels: [Label] = []) {
            precondition(kind != .histogram, "a histogram's samples are written together")
            line("", labels, nil, Self.text(value))
        }

        /// Adds a histogram: its buckets, each with those below, its sum in seconds and its count.
        package mutating func sample(_ values: HistogramValues, _ labels: [Label] = []) {
            precondition(kind == .histogram, "only a histogram has buckets")
            var count: Int64 = 0
            for (place, bound) in values.bounds.enumerated() {
                count &+= values.counts[place]
                line("_bucket", labels, Self.text(Double(bound) / 1_000_000), String(count))
            }
            line("_bucket", labels, "+Inf", String(values.count))
            line("_sum", labels, nil, Self.text(Double(values.sum) / 1_000_000))
            line("_count", labels, nil, String(values.count))
        }

        private mutating func line(_ suffix: String, _ labels: [Label], _ bound: String?, _ value: String) {
            if bytes.isEmpty {
                bytes += "# HELP \(name) ".utf8
                append(help, quoted: false)
                bytes += "\n# TYPE \(name) \(kind.rawValue)\n".utf8
            }
            bytes += name.utf8
            bytes += suffix.utf8
            if !labels.isEmpty || bound != nil {
                var separator: UInt8 = 0x7B  // {
                for label in labels {
                    bytes.append(separator)
                    separator = 0x2C  // ,
                    bytes += label.name.description.utf8
                    bytes += "=\"".utf8
                    append(label.value, quoted: true)
                    bytes.append(0x22)
                }
                if let bound {
                    bytes.append(separator)
                    bytes += "le=\"\(bound)\"".utf8
                }
                bytes.append(0x7D)  // }
            }
            bytes.append(0x20)
            bytes += value.utf8
            bytes.append(0x0A)
        }

        /// Backslash and line feed are escaped, and quotes where it is quoted; a NUL, which readers stumble over, is
        /// shown as U+FFFD.
        private mutating func append(_ text: String, quoted: Bool) {
            for byte in text.utf8 {
                switch byte {
                case 0x5C: bytes += [0x5C, 0x5C]
                case 0x0A: bytes += [0x5C, 0x6E]
                case 0x22 where quoted: bytes += [0x5C, 0x22]
                case 0x00: bytes += [0xEF, 0xBF, 0xBD]
                default: bytes.append(byte)
                }
            }
        }

        /// A number as the format writes it: `NaN`, `+Inf`, `-Inf`, and whole ones without a fraction.
        static func text(_ value: Double) -> String {
            if value.isNaN { return "NaN" }
            if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
            if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
            return "\(value)"
        }
    }

    /// Writes a family; one without samples leaves nothing.
    ///
    /// - Parameters:
    ///   - name: Ours, of letters, digits and `_`; each is used once on a page.
    ///   - kind: What its samples are.
    ///   - help: A sentence for people.
    ///   - samples: Adds them.
    package mutating func family(
        _ name: StaticString, _ kind: MetricKind, _ help: String, _ samples: (inout Family) -> Void
    ) {
        let name = name.description
        precondition(names.insert(name).inserted, "the family \(name) stands on the page already")
        var family = Family(name, kind, help)
        samples(&family)
        bytes += family.bytes
    }

    /// Writes a family of one sample without labels.
    package mutating func family(_ name: StaticString, _ kind: MetricKind, _ help: String, _ value: Int64) {
        family(name, kind, help) { $0.sample(value) }
    }
}

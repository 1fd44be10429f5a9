import TestSupport
import Wire

/// A seeded run of steps, and what to print when it breaks a property.
struct Schedule: Sendable {
    let seed: UInt64
    let form: LinkForm

    var steps: [Step] {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 20...120, using: &random)
        return (0..<count).map { _ in Step.random(form, using: &random) }
    }

    /// Nil when every property held; otherwise the violation with the shortest script found that still shows it.
    func failure() -> String? {
        let all = steps
        guard var violation = Self.violation(of: all) else { return nil }
        var script = all
        var size = max(script.count / 2, 1)
        while true {
            var start = 0
            while start < script.count {
                let shorter = Array(script[..<start] + script[min(start + size, script.count)...])
                if let found = Self.violation(of: shorter) {
                    script = shorter
                    violation = found
                } else {
                    start += size
                }
            }
            guard size > 1 else { break }
            size /= 2
        }
        let lines = script.map { "    .\($0)," }.joined(separator: "\n")
        return "seed \(seed) over a \(form.rawValue) link: \(violation)\nreplay: World().run([\n\(lines)\n])"
    }

    private static func violation(of steps: [Step]) -> String? {
        do {
            try World().run(steps)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

/// Unicode in the letters, digits and hyphens of host names (RFC 3492).
///
/// Without the `xn--` before it. Every sum is checked: what would overflow is refused.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26
    private static let skew = 38
    private static let damp = 700
    private static let initialBias = 72
    private static let initialN = 128

    /// Encodes a label; nil when it is too long for the arithmetic, far above what a label may be.
    static func encode(_ input: [Unicode.Scalar]) -> String? {
        guard input.count <= 255 else { return nil }
        var output = input.filter(\.isASCII).map { UInt8(truncatingIfNeeded: $0.value) }
        let basic = output.count
        var handled = basic
        if basic > 0 { output.append(0x2D) }
        var (n, delta, bias) = (initialN, 0, initialBias)
        while handled < input.count {
            guard let next = input.map({ Int($0.value) }).filter({ $0 >= n }).min() else { return nil }
            // At most 255 × 0x110000, far from an overflow.
            delta += (next - n) * (handled + 1)
            n = next
            for scalar in input {
                let value = Int(scalar.value)
                if value < n { delta += 1 }
                guard value == n else { continue }
                var q = delta
                var k = base
                while true {
                    let t = threshold(k, bias)
                    if q < t { break }
                    output.append(digit(t + (q - t) % (base - t)))
                    q = (q - t) / (base - t)
                    k += base
                }
                output.append(digit(q))
                bias = adapt(delta, handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            n += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Decodes a label; nil when it is not what an encoder could have made.
    static func decode(_ input: some StringProtocol) -> [Unicode.Scalar]? {
        let bytes = Array(input.utf8)
        guard bytes.count <= 255 else { return nil }
        var output: [Unicode.Scalar] = []
        var start = 0
        if let last = bytes.lastIndex(of: 0x2D) {
            guard bytes[..<last].allSatisfy({ $0 < 0x80 }) else { return nil }
            output = bytes[..<last].map { Unicode.Scalar($0) }
            start = last + 1
        }
        var (n, i, bias) = (initialN, 0, initialBias)
        while start < bytes.count {
            let before = i
            var (weight, k) = (1, base)
            while true {
                guard start < bytes.count, let value = value(bytes[start]) else { return nil }
                start += 1
                let (product, isOver) = value.multipliedReportingOverflow(by: weight)
                let (sum, isOverSum) = i.addingReportingOverflow(product)
                guard !isOver, !isOverSum, sum <= Int(Int32.max) else { return nil }
                i = sum
                let t = threshold(k, bias)
                if value < t { break }
                weight = weight.multipliedReportingOverflow(by: base - t).partialValue
                guard weight > 0, weight <= Int(Int32.max) else { return nil }
                k += base
            }
            let count = output.count + 1
            bias = adapt(i - before, count, isFirst: before == 0)
            n += i / count
            i %= count
            guard n <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(n)) else { return nil }
            output.insert(scalar, at: i)
            i += 1
        }
        return output
    }

    private static func threshold(_ k: Int, _ bias: Int) -> Int { min(max(k - bias, tMin), tMax) }

    private static func adapt(_ delta: Int, _ points: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / points
        var k = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + skew)
    }

    private static func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? 0x61 + value : 0x16 + value) }

    private static func value(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x16
        case 0x41...0x5A: Int(byte) - 0x41
        case 0x61...0x7A: Int(byte) - 0x61
        default: nil
        }
    }
}

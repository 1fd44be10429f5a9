/// The config part of a packed record, read where it lies.
///
/// Texts: image, its id, restart policy; entrypoint; command; key and value of each label; type, name, source,
/// destination and driver of each mount; key and value of each environment variable (no value where the policy
/// hides it); address and protocol of each port binding; paths of labels that were cut. Numbers: created (low,
/// high); how many of each list; a word for each binding; one bit for each writable mount; one bit for each shown
/// variable.
struct ConfigWords {
    private let words: [UInt32]
    private let texts: Int
    private let numbers: Int
    let entrypointCount: Int
    let commandCount: Int
    let labelCount: Int
    let mountCount: Int
    let variableCount: Int
    let bindingCount: Int

    init(_ words: [UInt32], at start: Int) {
        self.words = words
        texts = start + 1
        numbers = start + 1 + Int(words[start])
        entrypointCount = Int(words[numbers + 2])
        commandCount = Int(words[numbers + 3])
        labelCount = Int(words[numbers + 4])
        mountCount = Int(words[numbers + 5])
        variableCount = Int(words[numbers + 6])
        bindingCount = Int(words[numbers + 7])
    }

    var image: UInt32 { words[texts] }
    var imageID: UInt32 { words[texts + 1] }
    var restartPolicy: UInt32 { words[texts + 2] }
    var created: Int64 { Int64(words: words[numbers], words[numbers + 1]) }

    var entrypoint: ArraySlice<UInt32> { words[(texts + 3)..<(texts + 3 + entrypointCount)] }
    var command: ArraySlice<UInt32> {
        words[(texts + 3 + entrypointCount)..<(texts + 3 + entrypointCount + commandCount)]
    }

    private var labels: Int { texts + 3 + entrypointCount + commandCount }

    func labelKey(_ index: Int) -> UInt32 { words[labels + 2 * index] }
    func labelValue(_ index: Int) -> UInt32 { words[labels + 2 * index + 1] }

    /// The value of a label by its key's number.
    func label(_ key: UInt32) -> UInt32? {
        for index in 0..<labelCount where labelKey(index) == key { return labelValue(index) }
        return nil
    }

    /// A mount, its texts as numbers.
    struct Mount {
        let type: UInt32
        let name: UInt32
        let source: UInt32
        let destination: UInt32
        let driver: UInt32
        let isWritable: Bool
    }

    private var mounts: Int { labels + 2 * labelCount }
    private var variables: Int { mounts + 5 * mountCount }
    private var bindings: Int { variables + 2 * variableCount }
    private var bits: Int { numbers + Self.counts + bindingCount }

    func mount(_ index: Int) -> Mount {
        let start = mounts + 5 * index
        return Mount(
            type: words[start], name: words[start + 1], source: words[start + 2],
            destination: words[start + 3],
            driver: words[start + 4], isWritable: bit(index, from: bits),
        )
    }

    /// An environment variable; the value is nil where the policy hides it.
    func variable(_ index: Int) -> (key: UInt32, value: UInt32?) {
        let start = variables + 2 * index
        let isShown = bit(index, from: bits + Self.bits(mountCount))
        return (words[start], isShown ? words[start + 1] : nil)
    }

    /// A port of the host that it is published at whenever it runs.
    func binding(_ index: Int) -> NetworkWords.Port {
        let pair = words[numbers + Self.counts + index]
        return NetworkWords.Port(
            privatePort: UInt16(truncatingIfNeeded: pair >> 16), publicPort: UInt16(truncatingIfNeeded: pair),
            ip: words[bindings + 2 * index], type: words[bindings + 2 * index + 1],
        )
    }

    /// The paths of labels that did not leave their host whole; `labels` where some are missing.
    var cutLabels: ArraySlice<UInt32> {
        words[(bindings + 2 * bindingCount)..<numbers]
    }

    /// Numbers before the bindings and the bits.
    static let counts = 8

    /// Words for so many bits.
    static func bits(_ count: Int) -> Int { (count + 31) / 32 }

    private func bit(_ index: Int, from start: Int) -> Bool {
        words[start + index / 32] >> UInt32(index % 32) & 1 == 1
    }
}

/// The compose part of a packed record, read where it lies.
///
/// Texts: kind, project, service, working directory, configuration files. Numbers: number (low, high),
/// one-off.
struct ComposeWords {
    private let words: [UInt32]
    private let texts: Int
    private let numbers: Int

    init(_ words: [UInt32], at start: Int) {
        self.words = words
        texts = start + 1
        numbers = start + 1 + Int(words[start])
    }

    var kind: UInt32 { words[texts] }
    var project: UInt32 { words[texts + 1] }
    var service: UInt32 { words[texts + 2] }
    var workingDirectory: UInt32 { words[texts + 3] }
    var configFiles: ArraySlice<UInt32> { words[(texts + 4)..<numbers] }
    var number: Int64 { Int64(words: words[numbers], words[numbers + 1]) }
    var isOneOff: Bool { words[numbers + 2] == 1 }
}

extension Int64 {
    /// Joins two halves that `words` made.
    init(words low: UInt32, _ high: UInt32) {
        self = Int64(bitPattern: UInt64(high) << 32 | UInt64(low))
    }

    /// The low and the high half.
    var words: [UInt32] {
        [UInt32(truncatingIfNeeded: self), UInt32(truncatingIfNeeded: UInt64(bitPattern: self) >> 32)]
    }
}

/// The config part of a packed record, read where it lies.
///
/// Texts: image, restart policy; entrypoint; command; key and value of each label; type, name, source,
/// destination and driver of each mount; paths of labels that were cut. Numbers: created (low, high); how many of each list; one bit for
/// each writable mount.
struct ConfigWords {
    private let words: [UInt32]
    private let texts: Int
    private let numbers: Int
    let entrypointCount: Int
    let commandCount: Int
    let labelCount: Int
    let mountCount: Int

    init(_ words: [UInt32], at start: Int) {
        self.words = words
        texts = start + 1
        numbers = start + 1 + Int(words[start])
        entrypointCount = Int(words[numbers + 2])
        commandCount = Int(words[numbers + 3])
        labelCount = Int(words[numbers + 4])
        mountCount = Int(words[numbers + 5])
    }

    var image: UInt32 { words[texts] }
    var restartPolicy: UInt32 { words[texts + 1] }
    var created: Int64 { Int64(words: words[numbers], words[numbers + 1]) }

    var entrypoint: ArraySlice<UInt32> { words[(texts + 2)..<(texts + 2 + entrypointCount)] }
    var command: ArraySlice<UInt32> {
        words[(texts + 2 + entrypointCount)..<(texts + 2 + entrypointCount + commandCount)]
    }

    private var labels: Int { texts + 2 + entrypointCount + commandCount }

    func labelKey(_ index: Int) -> UInt32 { words[labels + 2 * index] }
    func labelValue(_ index: Int) -> UInt32 { words[labels + 2 * index + 1] }

    /// The paths of labels that did not leave their host whole, `labels` where some are missing.
    var cutLabels: ArraySlice<UInt32> { words[(labels + 2 * labelCount + 5 * mountCount)..<numbers] }

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

    func mount(_ index: Int) -> Mount {
        let start = labels + 2 * labelCount + 5 * index
        let bits = words[numbers + 6 + index / 32]
        return Mount(
            type: words[start], name: words[start + 1], source: words[start + 2],
            destination: words[start + 3],
            driver: words[start + 4], isWritable: bits >> UInt32(index % 32) & 1 == 1,
        )
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

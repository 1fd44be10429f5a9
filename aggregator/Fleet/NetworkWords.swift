/// The network part of a packed record, read where it lies.
///
/// Texts: mode; address and protocol of each port; name, IPv6 address and id of each network; then IP addresses
/// that are not four decimal numbers. Numbers: how many ports, networks and odd addresses; a word for each
/// port; a word for each IPv4 address (0 = none here); which network each odd address belongs to.
struct NetworkWords {
    private let words: [UInt32]
    private let texts: Int
    private let numbers: Int
    let portCount: Int
    let networkCount: Int
    private let oddCount: Int

    init(_ words: [UInt32], at start: Int) {
        self.words = words
        texts = start + 1
        numbers = start + 1 + Int(words[start])
        portCount = Int(words[numbers])
        networkCount = Int(words[numbers + 1])
        oddCount = Int(words[numbers + 2])
    }

    var mode: UInt32 { words[texts] }

    /// A port, its texts as numbers.
    struct Port {
        let privatePort: UInt16
        let publicPort: UInt16
        let ip: UInt32
        let type: UInt32
    }

    func port(_ index: Int) -> Port {
        let pair = words[numbers + 3 + index]
        return Port(
            privatePort: UInt16(truncatingIfNeeded: pair >> 16), publicPort: UInt16(truncatingIfNeeded: pair),
            ip: words[texts + 1 + 2 * index], type: words[texts + 2 + 2 * index],
        )
    }

    /// A network's address of this container.
    enum Address {
        case none
        case ipv4(UInt32)
        /// A text's number.
        case text(UInt32)
    }

    func networkName(_ index: Int) -> UInt32 { words[texts + 1 + 2 * portCount + 3 * index] }
    func ipv6(_ index: Int) -> UInt32 { words[texts + 2 + 2 * portCount + 3 * index] }
    func networkID(_ index: Int) -> UInt32 { words[texts + 3 + 2 * portCount + 3 * index] }

    func address(_ index: Int) -> Address {
        let word = words[numbers + 3 + portCount + index]
        if word != 0 { return .ipv4(word) }
        // They stand in ascending order.
        let first = numbers + 3 + portCount + networkCount
        var low = 0
        var high = oddCount
        while low < high {
            let middle = (low + high) / 2
            if words[first + middle] < UInt32(index) { low = middle + 1 } else { high = middle }
        }
        guard low < oddCount, words[first + low] == UInt32(index) else { return .none }
        return .text(words[texts + 1 + 2 * portCount + 3 * networkCount + low])
    }

    /// What an address in dotted form amounts to; nil unless it is written in the one usual way and not
    /// 0.0.0.0.
    static func ipv4(_ text: some Collection<UInt8>) -> UInt32? {
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var parts = 1
        for byte in text {
            switch byte {
            case 0x30...0x39:
                guard digits == 0 || part > 0 else { return nil }
                part = part * 10 + UInt32(byte - 0x30)
                digits += 1
                guard part < 256 else { return nil }
            case 0x2E:
                guard digits > 0, parts < 4 else { return nil }
                address = address << 8 | part
                part = 0
                digits = 0
                parts += 1
            default: return nil
            }
        }
        address = address << 8 | part
        return parts == 4 && digits > 0 && address != 0 ? address : nil
    }
}

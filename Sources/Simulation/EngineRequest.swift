/// One HTTP/1.1 request, as far as the simulated Engine looks at it.
struct EngineRequest: Hashable, Sendable {
    var method: String
    /// The path's segments, decoded, without the `v1.NN` in front.
    var path: [String]
    /// The version that stood in front, such as `1.41`; nil when none did.
    var version: String?
    /// Names and values, decoded; the first of each name.
    var query: [String: String]
    var body: [UInt8] = []
    /// Whether the client wants the connection closed after the answer.
    var closes: Bool

    /// The parameter as Go reads a boolean: anything but nothing, `0`, `no`, `false`, `none`.
    func flag(_ name: String) -> Bool {
        guard let value = query[name]?.lowercased() else { return false }
        return !["", "0", "no", "false", "none"].contains(value)
    }

    /// What a fault may be planned for.
    var target: EngineFault.Target {
        switch (method, path.first ?? "", path.count, path.last ?? "") {
        case (_, "_ping", _, _): .ping
        case (_, "version", _, _): .version
        case (_, "info", _, _): .info
        case (_, "events", _, _): .events
        case ("GET", "containers", 2, _): .list
        case ("GET", "containers", 3, "json"): .inspect
        case ("GET", "containers", 3, "logs"): .logs
        case ("GET", _, _, _): .any
        default: .verb
        }
    }

    /// Splits a request line's target; nil when it is none.
    init?(method: String, target: String, closes: Bool) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let raw = parts.first, raw.hasPrefix("/") else { return nil }
        var path = raw.split(separator: "/").map { Self.decoded(String($0), plusIsSpace: false) }
        if let first = path.first, first.hasPrefix("v"),
            first.dropFirst().allSatisfy({ $0.isNumber || $0 == "." })
        {
            version = String(first.dropFirst())
            path.removeFirst()
        }
        query = [:]
        if parts.count == 2 {
            for pair in parts[1].split(separator: "&") {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = Self.decoded(String(sides[0]), plusIsSpace: true)
                let value = sides.count == 2 ? Self.decoded(String(sides[1]), plusIsSpace: true) : ""
                if query[name] == nil { query[name] = value }
            }
        }
        self.method = method
        self.path = path
        self.closes = closes
    }

    private static func decoded(_ text: String, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x2B where plusIsSpace: bytes.append(0x20)
            case 0x25:
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
                    bytes.append(byte)
                    continue
                }
                bytes.append(value)
                rest.removeFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

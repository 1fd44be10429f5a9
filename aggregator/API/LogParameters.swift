import AggregatorCore
import HTTPServer
import Inventory
import Wire

/// What a request for a container's log asks for.
struct LogParameters: Sendable {
    /// How the log is written.
    enum Form: String, CaseIterable, Sendable {
        /// The bytes of both streams as the container wrote them.
        case text
        /// A JSON object for each line.
        case ndjson
        /// Docker's own stream of several streams.
        case multiplexed

        var type: String {
            switch self {
            case .text: "text/plain; charset=utf-8"
            case .ndjson: "application/x-ndjson"
            case .multiplexed: "application/vnd.docker.multiplexed-stream"
            }
        }
    }

    private(set) var options = ["tail": "100"]
    private(set) var form = Form.text
    private(set) var follows = false
    /// Bytes of the log after which the answer ends; nil for all.
    private(set) var limit: Int?
    private(set) var timeout = FleetAPI.patience

    private static let names = [
        "tail", "since", "until", "timestamps", "follow", "stdout", "stderr", "limitBytes", "format",
        "timeout",
    ]

    init(_ request: HTTPServerRequest) throws(Problem) {
        if let accept = request.headers["accept"],
            let form = Form.allCases.first(where: { accept.hasPrefix($0.type) })
        {
            self.form = form
        }
        var seen: Set<String> = []
        for item in request.query {
            guard Self.names.contains(item.name) else {
                throw .badRequest(
                    "\(item.name) is no parameter here; there are \(Self.names.joined(separator: ", "))")
            }
            guard seen.insert(item.name).inserted else {
                throw .badRequest("\(item.name) is given twice; give it once")
            }
            try take(item)
        }
        guard options["stdout"] != "0" || options["stderr"] != "0" else {
            throw .badRequest("without stdout and stderr there is nothing to show; leave one of them")
        }
    }

    /// What the host is asked.
    func question(_ id: ContainerID) -> Question {
        var question = Question(
            Operation.logs, of: id, options: options, timeout: timeout, limit: Question.unlimited)
        question.isEndless = follows
        return question
    }

    private mutating func take(_ item: HTTPServerRequest.QueryItem) throws(Problem) {
        switch item.name {
        case "tail":
            guard item.value == "all" || Int(item.value).map({ (0...1_000_000_000).contains($0) }) ?? false
            else {
                throw .badRequest("tail must be `all` or a whole number of lines, not \(item.value)")
            }
            options["tail"] = item.value
        case "since", "until":
            guard Self.isTime(item.value) else {
                throw .badRequest(
                    "\(item.name) must be seconds since 1970, perhaps with a fraction, not \(item.value)")
            }
            options[item.name] = item.value
        case "timestamps", "follow", "stdout", "stderr":
            let isOn = try Parameters.bool(item)
            options[item.name] = isOn ? "1" : "0"
            if item.name == "follow" { follows = isOn }
        case "limitBytes":
            guard let bytes = Int(item.value), (1...(1 << 50)).contains(bytes) else {
                throw .badRequest("limitBytes must be a whole number above 0, not \(item.value)")
            }
            limit = bytes
        case "format":
            guard let form = Form(rawValue: item.value) else {
                throw .badRequest("format must be text, ndjson or multiplexed, not \(item.value)")
            }
            self.form = form
        default: timeout = try Parameters.timeout(item)
        }
    }

    private static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.indices.allSatisfy { index in
            (1...(index == 0 ? 12 : 9)).contains(parts[index].utf8.count)
                && parts[index].utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
    }
}

import Inventory
import JSON

/// What the API says when it can't answer (RFC 9457, `application/problem+json`).
struct ProblemDocument {
    var title = ""
    var detail = ""
    /// What kind of trouble it is; nil from an aggregator that doesn't say.
    var kind: ErrorKind?

    /// Reads what can be read; a body that is none gives an empty document.
    init(_ body: [UInt8]) {
        guard let value = try? JSONValue(parsing: body, limits: JSONLimits(depth: 8, length: 65_536)) else {
            return
        }
        title = value["title"]?.string ?? ""
        detail = value["detail"]?.string ?? ""
        kind = (value["code"]?.string).map { ErrorKind(rawValue: $0) }
    }

    /// The failure that an answer's status and this document mean together.
    func failure(status: Int, target: String) -> Failure {
        var sentence = detail.isEmpty ? title : detail
        if sentence.isEmpty { sentence = "The aggregator answered \(status) to \(target)" }
        if let last = sentence.last, !".!?".contains(last) { sentence += "." }
        // What is one host's trouble is no reason to ask the aggregator again.
        switch kind {
        case .hostUnreachable?, .connection?: return Failure(.unreachable, sentence)
        case .authentication? where status == 502: return Failure(.notAllowed, sentence)
        case .protocol?: return Failure(.failed, sentence)
        default: break
        }
        switch status {
        case 400: return Failure(.usage, sentence)
        case 401, 403: return Failure(.notAllowed, sentence)
        case 408, 504: return Failure(.timedOut, sentence)
        case 410: return Failure(.failed, sentence, isGone: true)
        case 502, 503: return Failure(.unreachable, sentence, isBroken: true)
        default: return Failure(.failed, sentence)
        }
    }
}

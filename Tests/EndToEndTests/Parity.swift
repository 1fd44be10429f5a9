internal import JSON

/// Compares what Engines say with what Bayplan says, field by field.
struct Parity {
    /// One Engine's own answers.
    struct EngineAnswer {
        /// The host as Bayplan names it.
        let host: String
        /// Lines of `docker ps -a --no-trunc --format '{{json .}}'`.
        let rows: [JSONValue]
        /// Elements of `docker inspect`.
        let inspected: [JSONValue]
    }

    /// Bayplan's answers about all hosts.
    struct BayplanAnswer {
        /// Lines of `bayplan ps -a --no-trunc --format json`.
        let rows: [JSONValue]
        /// The items of `bayplan ps -a -o json`.
        let items: [JSONValue]
        /// The containers of the compared hosts once more, whole, from `bayplan inspect -o json`.
        let inspected: [JSONValue]
    }

    /// One field that is not equal.
    struct Difference: CustomStringConvertible {
        let host: String
        let container: String
        let field: String
        let engine: String
        let bayplan: String

        var description: String { "\(host)/\(container) \(field): Engine \(engine), Bayplan \(bayplan)" }
    }

    /// Every difference; none when the fleet is shown as it is.
    static func differences(engines: [EngineAnswer], bayplan: BayplanAnswer) -> [Difference] {
        var found: [Difference] = []
        for engine in engines {
            let rows = bayplan.rows.filter { $0["Host"]?.string == engine.host }
            let items = bayplan.items.filter { $0["host"]?.string == engine.host }
            found += compare(
                engine.host, by: "ID", engine.rows.map { ($0, Facts(row: $0)) },
                rows.map { ($0["ID"]?.string ?? "", Facts(row: $0)) })
            found += compare(
                engine.host, by: "Id", engine.inspected.map { ($0, Facts(inspected: $0).listed) },
                items.map { ($0["id"]?.string ?? "", Facts(item: $0).listed) })
            let inspected = bayplan.inspected.filter { $0["host"]?.string == engine.host }
            found += compare(
                engine.host, by: "Id", engine.inspected.map { ($0, Facts(inspected: $0)) },
                inspected.map { ($0["id"]?.string ?? "", Facts(item: $0)) })
        }
        let hosts = Set(engines.map(\.host))
        for row in bayplan.rows {
            let host = row["Host"]?.string ?? ""
            guard !hosts.contains(host) else { continue }
            let name = row["Names"]?.string ?? ""
            found.append(Difference(host: host, container: name, field: "Host", engine: "–", bayplan: host))
        }
        return found
    }

    private static func compare(
        _ host: String, by key: String, _ engine: [(JSONValue, Facts)], _ bayplan: [(String, Facts)]
    ) -> [Difference] {
        var found: [Difference] = []
        var left = Dictionary(bayplan, uniquingKeysWith: { one, _ in one })
        if left.count != bayplan.count {
            found.append(
                .init(
                    host: host, container: "*", field: "rows", engine: "\(engine.count)",
                    bayplan: "one id twice"))
        }
        for (source, facts) in engine {
            let id = source[key]?.string ?? ""
            let name = source["Names"]?.string ?? source["Name"]?.string.map { String($0.dropFirst()) } ?? id
            guard let ours = left.removeValue(forKey: id) else {
                found.append(.init(host: host, container: name, field: key, engine: id, bayplan: "missing"))
                continue
            }
            found += Facts.differences(engine: facts, bayplan: ours).map {
                Difference(
                    host: host, container: name, field: $0.field, engine: $0.engine, bayplan: $0.bayplan)
            }
        }
        for id in left.keys.sorted() {
            found.append(.init(host: host, container: id, field: key, engine: "gone", bayplan: "still shown"))
        }
        return found
    }
}

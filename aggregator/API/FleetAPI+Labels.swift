import Fleet
import HTTPServer
import JSON

extension FleetAPI {
    /// Most entries on a page unless another number is asked for.
    private static let page = 1_000

    /// `GET /labels`: every label key with counts (requirement B6).
    func listLabels(_ parameters: Parameters) -> HTTPServerResponse {
        let all = fleet.read().labelKeys(prefix: parameters.prefix)
        let page = Page(all, parameters, by: \.key)
        return Self.answer(all.count, page.items, next: page.next) { writer, label in
            writer.member("key", label.key)
            writer.member("containers", label.containers)
            writer.member("values", label.values)
        }
    }

    /// `GET /labels/{key}`: every value of a label with counts (requirement B6).
    func listLabelValues(_ key: String, _ parameters: Parameters) throws(Problem) -> HTTPServerResponse {
        guard let all = fleet.read().labelValues(of: key) else {
            throw .notFound("no container has the label \(key)")
        }
        let page = Page(all, parameters, by: \.value)
        return Self.answer(all.count, page.items, next: page.next) { writer, label in
            writer.member("value", label.value)
            writer.member("containers", label.containers)
        }
    }

    /// A part of a list that is sorted by the bytes of a text.
    private struct Page<Item> {
        let items: ArraySlice<Item>
        /// The text of the last item, when others follow.
        let next: String?

        init(_ all: [Item], _ parameters: Parameters, by text: (Item) -> String) {
            var start = 0
            if let after = parameters.after {
                start = all.firstIndex { after.utf8.lexicographicallyPrecedes(text($0).utf8) } ?? all.count
            }
            let end = min(all.count, start + (parameters.query.limit ?? FleetAPI.page))
            items = all[start..<end]
            next = end < all.count ? items.last.map(text) : nil
        }
    }

    private static func answer<Item>(
        _ total: Int, _ items: ArraySlice<Item>, next: String?, _ write: (inout JSONWriter, Item) -> Void
    ) -> HTTPServerResponse {
        var writer = JSONWriter(capacity: 256 + items.count * 64)
        writer.object { writer in
            writer.member("total", total)
            if let next { writer.member("continue", next) }
            writer.array("items") { writer in
                for item in items { writer.object { write(&$0, item) } }
            }
        }
        return .json(writer)
    }
}

import Inventory
import JSON

extension ContainerFilters {
    /// Adds what the Engine's API takes as `filters`: a map of lists, or of maps whose values are `true`.
    mutating func add(json text: String) throws(FilterError) {
        let value = try? JSONValue(parsing: Array(text.utf8), limits: JSONLimits(depth: 4, length: 65_536))
        guard let keys = value?.members else { throw Self.notJSON }
        for key in keys {
            let values: [String]
            if let list = key.value.elements {
                values = list.compactMap(\.string)
                guard values.count == list.count else { throw Self.notJSON }
            } else if let map = key.value.members {
                values = map.filter { $0.value.bool == true }.map(\.name)
            } else {
                throw Self.notJSON
            }
            for value in values { try add(key: key.name, value: value) }
        }
    }

    private static var notJSON: FilterError {
        FilterError(#"filters must be a JSON object of lists of texts, such as {"status":["exited"]}"#)
    }
}
